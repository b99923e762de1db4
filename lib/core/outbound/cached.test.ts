import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { createCache } from "./cached";

function aCache(ttl = 1_000) {
  const state = { at: 1_000_000, loads: 0, answer: async (key: string) => `${key} ${state.loads}` };
  const cache = createCache({
    name: "test",
    load: (key) => {
      state.loads++;
      return state.answer(key);
    },
    ttlMs: () => ttl,
    now: () => state.at,
  });
  return { cache, state };
}
const fails = (code: "BAD_GATEWAY" | "NOT_FOUND" | "UNAVAILABLE", retryAfter?: number) => async () => {
  throw new AppError(code, "no", undefined, retryAfter);
};

describe("an answer", () => {
  it("is asked for once while it is fresh, and says so", async () => {
    const { cache, state } = aCache();
    expect(await cache.get("a")).toMatchObject({ value: "a 1", cached: false });
    expect(await cache.get("a")).toMatchObject({ value: "a 1", cached: true, stale: false });
    state.at += 1_000;
    expect(await cache.get("a")).toMatchObject({ value: "a 2", cached: false });
    expect(state.loads).toBe(2);
  });

  it("is asked for once by many at the same moment", async () => {
    const { cache, state } = aCache();
    const all = await Promise.all(Array.from({ length: 20 }, () => cache.get("a")));
    expect(new Set(all.map(({ value }) => value))).toEqual(new Set(["a 1"]));
    expect(state.loads).toBe(1);
  });

  it("is always asked for with a time to live of 0", async () => {
    const { cache, state } = aCache(0);
    await cache.get("a");
    await cache.get("a");
    expect(state.loads).toBe(2);
  });

  it("of yesterday stands in while the service is away, but no longer than a day", async () => {
    const { cache, state } = aCache();
    await cache.get("a");
    state.at += 5_000;
    state.answer = fails("BAD_GATEWAY");
    expect(await cache.get("a")).toMatchObject({ value: "a 1", cached: true, stale: true });
    state.at += 86_400_000;
    await expect(cache.get("a")).rejects.toMatchObject({ code: "BAD_GATEWAY" });
  });
});

describe("a service that says", () => {
  it("not now (429) is not asked until then, whatever the key", async () => {
    const { cache, state } = aCache();
    state.answer = fails("UNAVAILABLE", 7);
    await expect(cache.get("a")).rejects.toMatchObject({ retryAfter: 7 });
    await expect(cache.get("b")).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfter: 7 });
    expect(state.loads).toBe(1);
    state.at += 7_000;
    await expect(cache.get("b")).rejects.toThrow();
    expect(state.loads).toBe(2);
  });

  it("that there is no such thing is believed for a minute", async () => {
    const { cache, state } = aCache();
    state.answer = fails("NOT_FOUND");
    await expect(cache.get("a")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(cache.get("a")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(state.loads).toBe(1);
    state.at += 60_000;
    await expect(cache.get("a")).rejects.toThrow();
    expect(state.loads).toBe(2);
  });
});

it("keeps a bounded number of answers", async () => {
  const { cache, state } = aCache(1e9);
  for (let n = 0; n < 600; n++) await cache.get(`k${n}`);
  await cache.get("k599");
  expect(state.loads).toBe(600);
  await cache.get("k0");
  expect(state.loads).toBe(601);
});
