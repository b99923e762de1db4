import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTelemetryJobs } from "./jobs";
import type { RetentionStore } from "./retention/store";
import type { Chunk } from "./store.chunk";

/** Removes `total` rows of a bot at `msPerRow`, and returns the sizes of the slices. */
async function slicesOf(total: number, msPerRow: number): Promise<number[]> {
  const slices: number[] = [];
  let left = total;
  const removeOf = async (table: string, _botId: string, limit: number): Promise<Chunk> => {
    const rows = table === "log" ? Math.min(limit, left) : 0;
    left -= rows;
    if (rows > 0) slices.push(rows);
    return { rows, ms: rows * msPerRow };
  };
  const { purge } = createTelemetryJobs({ index: {}, retention: { removeOf } as unknown as RetentionStore } as never);
  const done = purge("ada");
  await vi.runAllTimersAsync();
  await done;
  return slices;
}

describe("background work in chunks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("handles as many rows at once as hold the database for no more than 10 ms", async () => {
    for (const msPerRow of [0.003, 0.02]) {
      const slices = await slicesOf(100_000, msPerRow);
      expect(Math.max(...slices) * msPerRow).toBeLessThanOrEqual(10);
      expect(slices.at(-2)! * msPerRow).toBeGreaterThan(5);
    }
  });

  it("rests no longer than it held the database, so that half of the time is enough to keep up", async () => {
    const began = Date.now();
    await slicesOf(100_000, 0.01);
    expect(Date.now() - began).toBeLessThanOrEqual(1_100);
  });
});
