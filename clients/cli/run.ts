/** `muster run -- <command>`: runs any program as a bot. Its output becomes logs, crashes are reported, stop and restart work. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { MusterBot } from "../typescript/src/index.js";
import { cutText } from "../typescript/src/text.js";

const TAIL = 50;
const LINE_MAX = 10_000;
/** After this long without a crash, the next restart uses the shortest wait again. */
const STABLE_MS = 60_000;
const LONGEST_WAIT_MS = 60_000;

type RunOptions = {
  url: string;
  botId: string;
  token: string;
  command: string[];
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: number;
  /** Milliseconds before the first restart; it doubles. */
  firstWaitMs: number;
};

/** Returns the level at the start of a line (after a time, in brackets, or as level=…), or the default of its stream. */
export function levelOf(line: string, stream: "stdout" | "stderr"): string {
  const found =
    /^(?:[\d\-:.,TZ+/ ]*)?(?:level=|\[|<|\()?(trace|debug|info|notice|warn|warning|error|err|fatal|critical)\b/i.exec(
      line.trimStart(),
    );
  const word = found?.[1]?.toLowerCase();
  if (word === undefined) return stream === "stderr" ? "error" : "info";
  if (word.startsWith("warn")) return "warning";
  if (["err", "error", "fatal", "critical"].includes(word)) return "error";
  return word === "notice" ? "info" : word === "trace" ? "debug" : word;
}

/**
 * Runs the program until it is asked to stop, or exits with 0.
 *
 * @returns the exit code for this process: the program's own, 128 + n for signal n, 127 when it could not be started
 */
export async function run({ url, botId, token, command, graceMs, firstWaitMs }: RunOptions): Promise<number> {
  const bot = new MusterBot({ url, botId, token });
  const [program, ...args] = command as [string, ...string[]];
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let startedAt = 0;
  let restarts = 0;
  let again = false;

  async function end(signal: NodeJS.Signals = "SIGTERM") {
    const mine = child;
    if (!mine) return;
    mine.kill(signal);
    const killing = setTimeout(() => mine.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(killing);
  }
  async function leave(signal: NodeJS.Signals) {
    stopping.abort();
    await end(signal);
  }

  bot
    .onCommand("status", () => ({
      running: child !== undefined,
      pid: child?.pid ?? null,
      uptime_s: child ? Math.round((Date.now() - startedAt) / 1000) : 0,
      restarts,
      command,
    }))
    .onCommand("restart", async () => {
      again = true;
      await end();
      return { restarted: true };
    })
    .onCommand("stop", async () => {
      await leave("SIGTERM");
      return { stopped: true };
    })
    .start();
  // Start the program even if the server refuses the manifest or answers late.
  void bot
    .manifest([
      {
        name: "status",
        description: "Whether the program runs, since when, and how often it was restarted",
        idempotent: true,
      },
      { name: "restart", description: `SIGTERM, after ${graceMs / 1000} s SIGKILL, and start again`, danger: "warn" },
      { name: "stop", description: "End the program and this wrapper", danger: "destructive", idempotent: true },
    ])
    .catch((error) => console.error(`muster: the manifest was refused: ${error.message}`));
  const onInterrupt = () => void leave("SIGINT");
  const onTerminate = () => void leave("SIGTERM");
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);

  /** Runs the program once and returns its exit code. */
  async function live(): Promise<number> {
    const tail: string[] = [];
    const mine = spawn(program, args, { stdio: ["inherit", "pipe", "pipe"] });
    child = mine;
    startedAt = Date.now();
    for (const name of ["stdout", "stderr"] as const) {
      mine[name]!.pipe(process[name], { end: false });
      createInterface({ input: mine[name]! }).on("line", (line) => {
        if (tail.push(cutText(line, 1000)) > TAIL) tail.shift();
        if (line.trim()) bot.log(levelOf(line, name), cutText(line, LINE_MAX), { stream: name });
      });
    }
    const closed = once(mine, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    ended = closed.catch(() => {});
    try {
      if (mine.pid) bot.log("info", `Started ${program}`, { pid: mine.pid, command });
      const [code, signal] = await closed;
      child = undefined;
      const wanted = stopping.signal.aborted || again;
      const how = signal ? `by ${signal}` : `with exit code ${code}`;
      const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
      const meta = { exit_code: code, signal, ran_s: seconds };
      if (wanted || code === 0) bot.log("info", `${program} ended ${how}`, meta);
      else bot.log("error", `${program} crashed ${how} after ${seconds} s`, { ...meta, tail });
      return code ?? 128 + (signal === "SIGINT" ? 2 : signal === "SIGKILL" ? 9 : 15);
    } catch (error) {
      child = undefined;
      const text = `${program} cannot be started: ${(error as Error).message}`;
      console.error(`muster: ${text}`);
      bot.log("error", text, { command });
      return 127;
    }
  }

  let code = 0;
  for (let crashes = 0; !stopping.signal.aborted; restarts++) {
    again = false;
    code = await live();
    if (stopping.signal.aborted || (code === 0 && !again) || code === 127) break;
    if (again) continue;
    if (Date.now() - startedAt > STABLE_MS) crashes = 0;
    const wait = Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** Math.min(crashes++, 10));
    bot.log("warning", `Starting ${program} again in ${wait / 1000} s`, { restarts: restarts + 1 });
    await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {});
  }
  await bot.stop();
  process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  return code;
}
