/** The heartbeat bar's figures, by example and by law. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uptime as share } from "./uptime";

/** Uptime of a bot made long ago, unless a test says when. */
const uptime = (changes: Parameters<typeof share>[0], from: number, to: number, count: number, born = -1e9) =>
  share(changes, from, to, count, born);

describe("uptime", () => {
  it("is the share of time that was not offline, slot by slot", () => {
    const changes = [
      { status: "online", at: 0 },
      { status: "offline", at: 25 },
      { status: "online", at: 75 },
    ];
    expect(uptime(changes, 0, 100, 4)).toEqual({ slots: [1, 0, 0, 1], uptime: 0.5 });
  });

  it("knows nothing of the time before the bot was", () => {
    expect(uptime([{ status: "online", at: 50 }], 0, 100, 2)).toEqual({ slots: [null, 1], uptime: 1 });
    expect(uptime([], 0, 100, 2)).toEqual({ slots: [null, null], uptime: null });
  });

  it("does not count against a bot the time between its making and its first word", () => {
    const made = { status: "offline", at: 60 };
    expect(uptime([made], 0, 100, 2, 60)).toEqual({ slots: [null, null], uptime: null });
    expect(uptime([made, { status: "online", at: 75 }], 0, 100, 2, 60)).toEqual({ slots: [null, 1], uptime: 1 });
    const left = [made, { status: "online", at: 70 }, { status: "offline", at: 85 }];
    expect(uptime(left, 0, 100, 1, 60)).toEqual({ slots: [0.5], uptime: 0.5 });
  });

  it("counts a bot's own word as up, and what was before the span as going on", () => {
    expect(uptime([{ status: "busy", at: -500 }], 0, 100, 2)).toEqual({ slots: [1, 1], uptime: 1 });
  });

  it("splits a slot by time", () => {
    const { slots } = uptime(
      [
        { status: "offline", at: 0 },
        { status: "online", at: 75 },
      ],
      0,
      100,
      1,
    );
    expect(slots[0]).toBeCloseTo(0.25);
  });

  it("stays between 0 and 1, and its slots add up to the whole, for any history", () => {
    const history = fc.array(
      fc.record({ status: fc.constantFrom("online", "offline", "busy"), at: fc.integer({ min: -1000, max: 2000 }) }),
    );
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 60 }), (changes, count) => {
        changes.sort((a, b) => a.at - b.at);
        const { slots, uptime: whole } = uptime(changes, 0, 1000, count);
        for (const share of [...slots, whole]) {
          if (share === null) continue;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(slots).toHaveLength(count);
        expect(slots.every((share) => share === null)).toBe(whole === null);
        const known = slots.filter((share) => share !== null);
        // A bot known for the whole span: the mean of equal slots is the whole.
        if (whole !== null && (changes[0]?.at ?? 1) <= 0)
          expect(known.reduce((sum, share) => sum + share, 0) / known.length).toBeCloseTo(whole, 6);
      }),
    );
  });
});
