/** How many rows background work handles at once, on a store whose rows cost a known time. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CHUNK_MS, createTelemetryJobs } from "./jobs";
import type { RetentionStore } from "./retention/store";
import type { Chunk } from "./store.chunk";

/** Removes `total` rows of a bot at `msPerRow`, and returns the sizes of the slices. */
async function slicesOf(total: number, msPerRow: number, chunkMs?: number): Promise<number[]> {
  const slices: number[] = [];
  let left = total;
  const removeOf = async (table: string, _botId: string, limit: number): Promise<Chunk> => {
    const rows = table === "log" ? Math.min(limit, left) : 0;
    left -= rows;
    if (rows > 0) slices.push(rows);
    return { rows, ms: rows * msPerRow };
  };
  const retention = { removeOf } as unknown as RetentionStore;
  const { purge } = createTelemetryJobs({ index: {}, retention, chunkMs } as never);
  const done = purge("ada");
  await vi.runAllTimersAsync();
  await done;
  return slices;
}

describe("background work in chunks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("handles as many rows at once as hold SQLite for no more than 10 ms", async () => {
    for (const msPerRow of [0.003, 0.02]) {
      const slices = await slicesOf(100_000, msPerRow);
      expect(Math.max(...slices) * msPerRow).toBeLessThanOrEqual(10);
      expect(slices.at(-2)! * msPerRow).toBeGreaterThan(5);
    }
  });

  it("handles more at once on PostgreSQL, which serves others meanwhile", async () => {
    const slices = await slicesOf(100_000, 0.02, CHUNK_MS.postgresql);
    expect(Math.max(...slices)).toBe(2_000);
  });

  it("clears no index entries while rows are being removed, which would leave requests no time", async () => {
    const cleared: string[] = [];
    const slice = Promise.withResolvers<Chunk>();
    const index = {
      advance: async () => ({ rows: 0, ms: 0 }),
      clear: async (table: string) => {
        cleared.push(table);
        return { rows: 0, ms: 0 };
      },
    };
    const retention = { removeOf: () => slice.promise };
    const work = createTelemetryJobs({ index, retention } as never);
    const purge = work.purge("ada");
    await work.catchUp();
    expect(cleared).toEqual([]);
    slice.resolve({ rows: 0, ms: 0 });
    await purge;
    await work.catchUp();
    expect(cleared).toEqual(["log", "message"]);
  });

  it("rests half as long as it held the database, so that removing keeps up with storing", async () => {
    const began = Date.now();
    await slicesOf(100_000, 0.01);
    expect(Date.now() - began).toBeLessThanOrEqual(600);
  });
});
