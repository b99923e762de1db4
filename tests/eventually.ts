/** Waiting in tests: a condition is looked at again until it holds. No test sleeps for as long as something should take. */
import { vi } from "vitest";

/** Long, because it only ends what hangs: a busy machine is no failure. */
const TIMEOUT_MS = 150_000;
const INTERVAL_MS = 50;

/**
 * Resolves with the first value of `look` that fits. A `look` that throws is repeated, so it may hold expectations.
 *
 * @param fits  by default every value does
 * @throws what the last look threw, or an Error with the value that did not fit
 */
export function eventually<T>(look: () => T | Promise<T>, fits: (value: T) => unknown = () => true): Promise<T> {
  return vi.waitFor(
    async () => {
      const value = await look();
      if (!fits(value)) throw new Error(`It did not come about: ${JSON.stringify(value)?.slice(0, 1000)}`);
      return value;
    },
    { timeout: TIMEOUT_MS, interval: INTERVAL_MS },
  );
}
