/** Runs the example bot of the TypeScript client as a process, as its owner would. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Bot } from "./api";

export type BotProcess = { child: ChildProcess; output(): string; stop(): Promise<void> };

/** Starts the echo bot. It reports online by itself; wait until a page shows that. */
export function startBot(url: string, { id, token }: Bot): BotProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "clients/typescript/examples/echo-bot.ts"], {
    env: { ...process.env, MUSTER_URL: url, BOT_ID: id, BOT_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const hear = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  return {
    child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
