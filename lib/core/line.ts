/** A bounded line for work that must not run too often at once. */
import { unavailable } from "./errors";

/**
 * Runs at most `atOnce` pieces of work at the same time, while at most `maxWaiting` others wait.
 *
 * @returns runs a piece of work in the line; it throws AppError UNAVAILABLE when too many wait already
 */
export function createLine(atOnce: number, maxWaiting: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function runInLine<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) throw unavailable("Too many sign-ins at once; try again in a moment", 2);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
