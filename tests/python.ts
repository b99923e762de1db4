/** Runs programs of Python with the Python client, as the bot of a test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, resolve } from "node:path";
import { afterEach } from "vitest";
import type { TestBot } from "./factories";
import { theServer } from "./the-server";

let running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running = [];
});

/** Starts a program with the bot's id and token in its environment. Ends with the test. */
export function runPython(args: string[], bot: TestBot, env: Record<string, string> = {}) {
  const own = { MUSTER_URL: theServer().url, BOT_ID: bot.id, BOT_TOKEN: bot.token };
  const paths = [resolve("clients/python"), resolve("tests/standins/python")].join(delimiter);
  const child = spawn(env.PYTHON ?? process.env.PYTHON ?? "python3", args, {
    env: { ...process.env, ...own, ...env, PYTHONPATH: paths, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return { child, output: () => output, ended: once(child, "exit") as Promise<[number | null, string | null]> };
}
