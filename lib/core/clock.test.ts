import { describe, expect, it, vi } from "vitest";
import { createClock, createStamps, iso } from "./clock";

const HOUR = 3_600_000;

function aClock() {
  const time = { wall: 1_000_000, monotonic: 0 };
  const clock = createClock({ wall: () => time.wall, monotonic: () => time.monotonic });
  return {
    ...clock,
    /** Lets real time pass; `step` is what somebody adds to the wall clock meanwhile. */
    pass(ms: number, step = 0) {
      time.wall += ms + step;
      time.monotonic += ms;
    },
  };
}

describe("the clock", () => {
  it.each([25 * HOUR, -2 * HOUR])("follows a step of %i ms, for leases once they are moved by it", async (step) => {
    const clock = aClock();
    let finish = () => {};
    const moved = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    clock.onStep(moved);
    clock.pass(1_000, step);
    expect([clock.now() - step, clock.leaseNow()]).toEqual([1_001_000, 1_001_000]);
    expect(moved).toHaveBeenCalledExactlyOnceWith(step);
    clock.pass(1_000);
    expect(clock.leaseNow()).toBe(1_002_000);
    finish();
    await vi.waitFor(() => expect(clock.leaseNow()).toBe(1_002_000 + step), 90_000);
    clock.pass(1_000);
    expect(clock.leaseNow()).toBe(1_003_000 + step);
    expect(moved).toHaveBeenCalledOnce();
  });

  it("follows small adjustments at once, and moves no lease", () => {
    const clock = aClock();
    const moved = vi.fn();
    clock.onStep(moved);
    for (const adjustment of [400, -900, 4_000]) {
      const before = clock.now();
      clock.pass(1_000, adjustment);
      expect([clock.now(), clock.leaseNow()]).toEqual(Array(2).fill(before + 1_000 + adjustment));
    }
    expect(moved).not.toHaveBeenCalled();
  });

  it("tries again to move leases when that failed", async () => {
    const clock = aClock();
    const moved = vi.fn().mockRejectedValueOnce(new Error("busy")).mockResolvedValueOnce(undefined);
    clock.onStep(moved);
    clock.pass(0, HOUR);
    expect(clock.leaseNow()).toBe(1_000_000);
    await vi.waitFor(() => expect(clock.leaseNow()).toBe(1_000_000 + HOUR), 90_000);
  });

  it("ignores this machine's clock while it follows the database's", () => {
    const clock = aClock();
    clock.anchor({ at: 5_000_000, askedAt: 0, answeredAt: 10 });
    clock.pass(1_005, 25 * HOUR);
    expect(clock.now()).toBe(5_001_000);
  });
});

it("time stamps hold still during a small adjustment back, and follow a step back", () => {
  let at = 10_000_000;
  const stamp = createStamps(() => at);
  const stamps = [0, -3_000, 4_000, -2 * HOUR, 1_000].map((by) => {
    at += by;
    return stamp();
  });
  expect(stamps).toEqual([10_000_000, 10_000_000, 10_001_000, 10_001_000 - 2 * HOUR, 10_002_000 - 2 * HOUR]);
});

it("writes every time as Date does, also when seconds share a place among those that are kept", () => {
  const now = Date.parse("2026-11-29T05:59:59.999Z");
  const times = [
    0,
    1,
    -1,
    -999,
    -1_000,
    now,
    now + 1,
    now + 64_000,
    now + 64_001,
    now + 300_000,
    now,
    2 ** 42,
    8.64e15,
    -8.64e15,
  ];
  for (const at of [...times, now + 0.7, -0.5]) expect(iso(at)).toBe(new Date(at).toISOString());
  for (const at of [8.64e15 + 1, Number.NaN]) expect(() => iso(at)).toThrow(RangeError);
});
