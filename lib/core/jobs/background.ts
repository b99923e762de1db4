/** A room's background work as one service that lib/operations/system starts, stops and restarts. */
import type { Job } from "./registry";

type MaybePromise = void | Promise<void>;
type Around = {
  /** Runs before the jobs start. */
  start?(): MaybePromise;
  /** Runs after the jobs have ended. */
  stop?(): MaybePromise;
};

export type Background = { start(): Promise<void>; stop(): Promise<void> };

export function background(jobs: readonly Job[], { start, stop }: Around = {}): Background {
  return {
    async start() {
      await start?.();
      for (const job of jobs) job.start();
    },
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
      await stop?.();
    },
  };
}
