/** Starts and ends the program that `muster run` wraps, and turns its output into logs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { MusterBot } from "../typescript/src/index.js";
import { cutText } from "../typescript/src/text.js";

const TAIL = 50;
const LINE_MAX = 10_000;

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
 * Writes the program's output to our own output and to the bot's logs.
 * @returns an array that always holds the program's last lines
 */
function logOutput(bot: MusterBot, child: ChildProcess): string[] {
  const tail: string[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    child[name]!.pipe(process[name], { end: false });
    createInterface({ input: child[name]! }).on("line", (line) => {
      if (tail.push(cutText(line, 1000)) > TAIL) tail.shift();
      if (line.trim()) bot.log(levelOf(line, name), cutText(line, LINE_MAX), { stream: name });
    });
  }
  return tail;
}

/** @param graceMs milliseconds between the signal and SIGKILL */
export function createProgram(bot: MusterBot, command: string[], graceMs: number) {
  const [program, ...args] = command as [string, ...string[]];
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let startedAt = 0;

  /**
   * Runs the program once.
   *
   * @param isExpected whether the program was asked to end; its exit code then does not count as a crash
   * @returns the program's exit code, 128 + n for signal n, 127 when it could not be started
   */
  async function live(isExpected: () => boolean): Promise<number> {
    const own = spawn(program, args, { stdio: ["inherit", "pipe", "pipe"] });
    child = own;
    startedAt = Date.now();
    const tail = logOutput(bot, own);
    const closed = once(own, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    ended = closed.catch(() => {});
    try {
      if (own.pid) bot.log("info", `Started ${program}`, { pid: own.pid, command });
      const [code, signal] = await closed;
      child = undefined;
      const how = signal ? `by ${signal}` : `with exit code ${code}`;
      const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
      const meta = { exit_code: code, signal, ran_s: seconds };
      if (isExpected() || code === 0) bot.log("info", `${program} ended ${how}`, meta);
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

  return {
    name: program,
    live,

    /**
     * Sends the signal, then SIGKILL if the program is still running after `graceMs`. Resolves when the program has
     * ended.
     */
    async end(signal: NodeJS.Signals): Promise<void> {
      const own = child;
      if (!own) return;
      own.kill(signal);
      const killing = setTimeout(() => own.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(killing);
    },

    ranFor: (): number => Date.now() - startedAt,
    state: () => ({
      running: child !== undefined,
      pid: child?.pid ?? null,
      uptime_s: child ? Math.round((Date.now() - startedAt) / 1000) : 0,
    }),
  };
}
