import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onGrid, watchLoopDelay } from "./event-loop";

describe("onGrid", () => {
  it("lets timers that are due at about the same time fire together", () => {
    const due = [0, 90, 101].map((now) => now + onGrid(1_000, now));
    expect(due).toEqual([1_000, 1_000, 1_000]);
  });

  it("keeps an interval of one step, wherever in the step it is asked for", () => {
    for (const now of [0, 3, 60, 120]) expect(now + onGrid(250, now)).toBe(250);
  });

  it("keeps short delays as they are", () => {
    expect([onGrid(0, 70), onGrid(100, 70)]).toEqual([0, 100]);
  });
});

describe("watchLoopDelay", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("measures only how late a timer fires, for each reader by itself", async () => {
    const [one, two] = [watchLoopDelay(), watchLoopDelay()];
    await vi.advanceTimersByTimeAsync(250);
    one.reset();
    // The clock jumps by 80 ms while the next timer waits, as it does when something holds the loop.
    const now = performance.now.bind(performance);
    const held = vi.spyOn(performance, "now").mockImplementation(() => now() + 80);
    await vi.advanceTimersByTimeAsync(250);
    held.mockRestore();
    expect([one.count, two.count]).toEqual([1, 2]);
    expect(one.max / 1e6).toBeCloseTo(80, 0);
    expect(two.min / 1e6).toBeLessThan(1);
  });
});
