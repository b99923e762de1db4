/** The event loop: how late its timers fire, and how long work lets others go first. */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Lets the event loop serve what came meanwhile before long work goes on. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The interval at which background work wakes the process. Each wake costs about 50 µs, whatever it is for: an idle server
 * that woke for every job and sample by itself spent more on waking than on its work.
 */
const GRID_MS = 250;

/** Returns the delay, near `ms`, of a timer that fires together with the others on the grid. Short ones stay exact. */
export function onGrid(ms: number, now = performance.now()): number {
  if (ms < GRID_MS / 2) return ms;
  return Math.ceil(Math.round((now + ms) / GRID_MS) * GRID_MS - now);
}

const watchers = new Set<RecordableHistogram>();

function sample(): void {
  const ms = onGrid(GRID_MS);
  const due = performance.now() + ms;
  setTimeout(() => {
    const late = Math.max(1, Math.round((performance.now() - due) * 1e6));
    for (const histogram of watchers) histogram.record(late);
    sample();
  }, ms).unref();
}

/**
 * Measures how late timers of this process fire, in nanoseconds, until the process ends. Unlike Node's own monitor, it
 * does not wake the process for each histogram, and the time between samples is not part of the delay.
 */
export function watchLoopDelay(): RecordableHistogram {
  if (watchers.size === 0) sample();
  const histogram = createHistogram();
  watchers.add(histogram);
  return histogram;
}
