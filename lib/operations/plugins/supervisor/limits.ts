/** Limits of a plugin's process, and the wait that keeps to one. */

export const LIMITS = {
  /** A hook that takes longer is taken for hung: its process is ended. */
  hookMs: 10_000,
  startMs: 15_000,
  /** Facts that may wait; further ones are dropped and counted. */
  queueMax: 1_000,
  /** And their length together, as JSON. */
  queueLength: 16_777_216,
  /** Failures in a row after which a plugin is disabled; the end of a process counts as two. */
  failuresMax: 10,
  /** Ends of the process within crashSpanMs after which it is disabled, whatever went well between them. */
  crashesMax: 6,
  crashSpanMs: 600_000,
  /** The first pause before a new start; doubled each time, up to pauseMaxMs. */
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
