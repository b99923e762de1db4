/**
 * Gives memory back to the machine at rest. V8 keeps the pages of a busy moment, such as the start, until its heap fills
 * again: of a server with 200 quiet bots that is a fifth of its memory.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A collection holds the event loop for tens of milliseconds, so it waits until the process uses less than this of a core. */
const QUIET_SHARE = 0.05;
/** Growth since the last collection that makes another one worth its CPU. */
const GROWTH_BYTES = 16 * 1024 * 1024;

type Deps = {
  /** Memory of this process, in bytes. */
  resident(): number;
  /** The share of a core that this process used since the last call. */
  busyShare(): number;
  collect(): void;
};

/** Makes what a job calls now and then: it collects garbage when the process is quiet and has grown since the last time. */
export function createTrim({ resident, busyShare, collect }: Deps): () => void {
  let settled = 0;
  return () => {
    if (busyShare() > QUIET_SHARE || resident() - settled < GROWTH_BYTES) return;
    collect();
    settled = resident();
  };
}

/** Measures CPU and not the event loop's own utilization, which counts the time in which other processes have the CPU. */
function measureBusyShare(): () => number {
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  return () => {
    const [at, { user, system }] = [performance.now(), process.cpuUsage(last.cpu)];
    const share = (user + system) / 1000 / (at - last.at);
    last = { at, cpu: process.cpuUsage() };
    return share;
  };
}

let gc: (() => void) | undefined;

/**
 * Collects garbage. V8 offers its collector only by a flag, which may be set while the process runs; it frees the pages of the
 * young generation about eight seconds later.
 */
export function collect(): void {
  if (!gc) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as () => void;
  }
  gc();
}

/** Trims this process. */
export const trimMemory = createTrim({ resident: process.memoryUsage.rss, busyShare: measureBusyShare(), collect });
