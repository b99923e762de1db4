/** Limits the bandwidth: after moving bytes, a transfer waits until the rate allows them. */
import { setTimeout as sleep } from "node:timers/promises";

/** @param rate bytes a second for all transfers together; 0 means no limit */
export function createThrottle(rate: number) {
  let free = 0;
  return async (bytes: number, signal: AbortSignal): Promise<void> => {
    if (rate <= 0) return;
    const at = performance.now();
    const wait = free - at;
    free = Math.max(free, at) + (bytes / rate) * 1000;
    if (wait > 0) await sleep(wait, undefined, { signal });
  };
}
export type Throttle = ReturnType<typeof createThrottle>;
