/** Limits of a plugin's process, and a function that waits at most as long as a limit. */

export const LIMITS = {
  /** A hook that takes longer counts as hung, and its process is ended. */
  hookMs: 10_000,
  startMs: 15_000,
  /** The most facts that may wait; further ones are dropped and counted. */
  queueMax: 1_000,
  /** The most characters of all waiting facts together, as JSON. */
  queueLength: 16_777_216,
  /** A plugin is disabled after this many failures in a row; the end of its process counts as two. */
  failuresMax: 10,
  /** A plugin is disabled when its process ends this often within crashSpanMs, even if hooks succeeded in between. */
  crashesMax: 6,
  crashSpanMs: 600_000,
  /** The first pause before a restart. It doubles each time, up to pauseMaxMs. */
  pauseMs: 500,
  pauseMaxMs: 30_000,
};
export type Limits = typeof LIMITS;

/** Waits for `work`, and calls `late` when it takes longer. */
export async function inTime<T>(work: Promise<T>, ms: number, late: () => void): Promise<T> {
  const timer = setTimeout(late, ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
