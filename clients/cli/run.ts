/** `muster run -- <command>`: runs any program as a bot. Its output becomes logs, crashes are reported, stop and restart work. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ManifestCommand, MusterBot } from "../typescript/src/index.js";
import { createProgram } from "./program.js";

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
  /** Milliseconds before the first restart. The wait doubles with each further crash. */
  firstWaitMs: number;
};

const manifestOf = (graceMs: number): ManifestCommand[] => [
  {
    name: "status",
    description: "Whether the program runs, since when, and how often it was restarted",
    idempotent: true,
  },
  { name: "restart", description: `SIGTERM, after ${graceMs / 1000} s SIGKILL, and start again`, danger: "warn" },
  { name: "stop", description: "End the program and this wrapper", danger: "destructive", idempotent: true },
];

/**
 * Runs the program until it is asked to stop, or exits with 0.
 *
 * @returns the exit code for this process: the program's own, 128 + n for signal n, 127 when it could not be started
 */
export async function run({ url, botId, token, command, graceMs, firstWaitMs }: RunOptions): Promise<number> {
  const bot = new MusterBot({ url, botId, token });
  const program = createProgram(bot, command, graceMs);
  const stopping = new AbortController();
  let restarts = 0;
  let again = false;

  async function leave(signal: NodeJS.Signals) {
    stopping.abort();
    await program.end(signal);
  }

  bot
    .onCommand("ping", () => ({ pong: true }))
    .onCommand("status", () => ({ ...program.state(), restarts, command }))
    .onCommand("restart", async () => {
      again = true;
      await program.end("SIGTERM");
      return { restarted: true };
    })
    .onCommand("stop", async () => {
      await leave("SIGTERM");
      return { stopped: true };
    })
    .start();
  // Start the program even if the server refuses the manifest or answers late.
  void bot
    .manifest(manifestOf(graceMs))
    .catch((error) => console.error(`muster: the manifest was refused: ${error.message}`));
  const onInterrupt = () => void leave("SIGINT");
  const onTerminate = () => void leave("SIGTERM");
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);

  let code = 0;
  for (let crashes = 0; !stopping.signal.aborted; restarts++) {
    again = false;
    code = await program.live(() => stopping.signal.aborted || again);
    if (stopping.signal.aborted || (code === 0 && !again) || code === 127) break;
    if (again) continue;
    if (program.ranFor() > STABLE_MS) crashes = 0;
    const wait = Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** Math.min(crashes++, 10));
    bot.log("warning", `Starting ${program.name} again in ${wait / 1000} s`, { restarts: restarts + 1 });
    await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {});
  }
  await bot.stop();
  process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  return code;
}
