/** How long a server's event loop was held, as it sees it itself. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PROBE = new URL("peers/loop-delay.mjs", import.meta.url).href;
const fileIn = (dir) => join(dir, "loop-delay");

/** The last two arguments of `startMuster` for a server whose delays can be read; `dir` keeps the readings. */
export const withLoopDelays = (dir) => [{ LOOP_DELAY_FILE: fileIn(dir) }, ["--import", PROBE]];

/**
 * The delays of the main process since the call before.
 *
 * @returns {Promise<{ max: number, p99: number }>} milliseconds
 */
export async function loopDelays(server, dir) {
  const path = `${fileIn(dir)}.${server.pid}`;
  rmSync(path, { force: true });
  process.kill(server.pid, "SIGUSR2");
  for (const end = Date.now() + 10_000; !existsSync(path); await sleep(5))
    if (Date.now() > end) throw new Error("The server did not report the delay of its event loop");
  return JSON.parse(readFileSync(path, "utf8"));
}
