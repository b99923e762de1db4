import { describe, expect, it } from "vitest";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { countedLevels, seriesLevels, shownLevels } from "./level-counts";

const NOON = Date.parse("2026-01-01T12:00:00Z");
const HOUR = 3_600_000;
const span = { from: NOON - HOUR, to: NOON };
const line = (type: string, at = NOON): Log => {
  const time = new Date(at).toISOString();
  return { id: 1, type, level: type, message: "m", bot_id: "b", metadata: {}, timestamp: time, received_at: time };
};
const map = (counts: Record<string, number>) => new Map(Object.entries(counts));

describe("counts by level", () => {
  it("come from series for every level that has a name there", () => {
    const series = [
      { name: "logs.error", values: [1, null, 2] },
      { name: "logs.info", values: [0, 0, 0] },
      { name: "logs.other", values: [9, 9, 9] },
    ];
    expect(seriesLevels({ series }, NOON, true)).toEqual({
      ...{ counts: map({ error: 3, info: 0 }), isWhole: true, countedAt: NOON, lagMs: 15_000 },
    });
    expect(seriesLevels(undefined, 0, false)).toEqual({ counts: map({}), isWhole: false, countedAt: 0, lagMs: 0 });
  });

  it("add up the buckets that were counted, with both names of a warning as one", () => {
    const buckets = new Map([
      [1, map({ warn: 2, error: 1 })],
      [2, map({ warning: 3 })],
    ]);
    expect(countedLevels({ buckets, bots: new Map(), isWhole: false }, NOON)).toEqual({
      ...{ counts: map({ warning: 5, error: 1 }), isWhole: false, countedAt: NOON, lagMs: 0 },
    });
  });

  it("are those of the loaded lines once all are loaded", () => {
    const range = { counts: map({ info: 9 }), isWhole: true, countedAt: NOON, lagMs: 0 };
    expect(shownLevels([line("info", NOON - 5 * HOUR), line("warn")], true, range, span)).toEqual({
      ...{ counts: map({ info: 1, warning: 1 }), isWhole: true },
    });
  });

  it("are those of the range until then, and of the lines that came later", () => {
    const range = { counts: map({ info: 50, error: 1 }), isWhole: true, countedAt: NOON, lagMs: 0 };
    const lines = [
      line("info", NOON - 5 * HOUR),
      line("error", NOON - 9),
      line("error", NOON - 8),
      line("info", NOON + 1),
    ];
    expect(shownLevels(lines, false, range, span)).toEqual({ counts: map({ info: 51, error: 2 }), isWhole: true });
    expect(shownLevels(lines, false, { ...range, isWhole: false }, span).isWhole).toBe(false);
  });

  it("are not whole while lines between the loaded ones and the series may be missing", () => {
    const range = { counts: map({ info: 50 }), isWhole: true, countedAt: NOON, lagMs: 15_000 };
    expect(shownLevels([line("info", NOON - 2_000)], false, range, span).isWhole).toBe(false);
    expect(shownLevels([line("info", NOON - 20_000)], false, range, span).isWhole).toBe(true);
  });
});
