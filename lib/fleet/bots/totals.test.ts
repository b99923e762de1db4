import { beforeEach, expect, it, vi } from "vitest";
import { clearCaches } from "@/lib/core/caches";
import type { BotTotals, sumCounters } from "./store.readers";
import { createTotals } from "./totals";

const ONE = { teams: [1], bots: [] };
let at = 0;
let bots = 0;
const read = vi.fn<typeof sumCounters>(async () => ({ bots }) as BotTotals);
const totals = createTotals(read, () => at);

beforeEach(() => {
  clearCaches();
  read.mockClear();
  [at, bots] = [0, 1_000];
});

it("reads the sums over few bots for each caller", async () => {
  bots = 999;
  for (const scope of [undefined, undefined, ONE]) await totals(scope);
  expect(read).toHaveBeenCalledTimes(3);
});

it("reads the sums over many bots once in 2 s for each scope", async () => {
  await totals();
  at = 1_999;
  bots = 1_001;
  expect(await totals()).toMatchObject({ bots: 1_000 });
  expect(await totals(ONE)).toMatchObject({ bots: 1_001 });
  at = 2_000;
  expect(await totals()).toMatchObject({ bots: 1_001 });
  expect(read).toHaveBeenCalledTimes(3);
});

it("reads once for all callers that come while the sums are read again", async () => {
  await totals();
  at = 2_000;
  expect(await Promise.all([totals(), totals(), totals()])).toHaveLength(3);
  expect(read).toHaveBeenCalledTimes(2);
});

it("returns exact sums as soon as it has seen that few bots are left", async () => {
  await totals();
  [at, bots] = [2_000, 5];
  await totals();
  bots = 4;
  expect(await totals()).toMatchObject({ bots: 4 });
});

it("reads again after a reading that failed", async () => {
  await totals();
  at = 2_000;
  read.mockRejectedValueOnce(new Error("busy"));
  await expect(totals()).rejects.toThrow("busy");
  expect(await totals()).toMatchObject({ bots: 1_000 });
});
