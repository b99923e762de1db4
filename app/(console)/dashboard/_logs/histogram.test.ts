import { describe, expect, it } from "vitest";
import { parseQuery } from "@/lib/fleet/telemetry/queries.search";
import { countedBars, groupOf, isOfSeries, seriesBars, spanOf, sumOf, totalOf } from "./histogram";

const NOON = Date.parse("2026-01-01T12:00:00.000Z");
const MINUTE = 60_000;
const termsOf = (text: string) => parseQuery(text).terms;

describe("the histogram of logs", () => {
  it.each([
    ["", true],
    ["level:error,warn bot:x after:1h", true],
    ["level:trace", false],
    ["-level:debug", false],
    ["level:error lost", false],
    ["attempt:>3", false],
    ["level:error level:info", false],
  ])("takes the counts of %j from series: %s", (text, expected) => {
    expect(isOfSeries(termsOf(text), {})).toBe(expected);
  });

  it("counts several bots line by line, because series have one bot or all", () => {
    expect(isOfSeries([], { bot_ids: "a,b" })).toBe(false);
    expect(isOfSeries([], { bot_id: "a" })).toBe(true);
  });

  it("puts levels into groups, in whatever case", () => {
    expect(["ERROR", "fatal", "warn", "info", "debug", "x"].map(groupOf)).toEqual([
      ...["error", "error", "warning", "info", "other", "other"],
    ]);
  });

  it("shows the last day while the query names no time, and no range that ends before it begins", () => {
    expect(spanOf({}, NOON)).toEqual({ from: NOON - 86_400_000, to: NOON });
    expect(spanOf({ after: "1h", before: "2h" }, NOON)).toBeUndefined();
    expect(spanOf({ after: "1h", before: "2027-01-01T00:00:00Z" }, NOON)?.to).toBe(NOON);
  });

  it("keeps every line of a series, in at most 90 bars", () => {
    const span = { from: NOON - 180 * MINUTE, to: NOON };
    const values = Array.from({ length: 181 }, (_, at) => (at < 10 ? null : 1));
    const series = {
      from: new Date(span.from).toISOString(),
      step_seconds: 60,
      series: [
        { name: "logs.error", values },
        { name: "logs.critical", values },
        { name: "logs.info", values },
      ],
    };
    const bars = seriesBars(series, span, termsOf("level:error,info"));
    expect(bars.length).toBeLessThanOrEqual(90);
    expect(sumOf(bars)).toEqual({ error: 170, warning: 0, info: 170, other: 0 });
    expect(bars[0]).toMatchObject({ isKnown: false, from: span.from });
    expect(bars.at(-1)!.isKnown).toBe(true);
    expect(sumOf(seriesBars(series, span, [])).error).toBe(340);
  });

  it("does not know bars that the count has not reached", () => {
    const span = { from: NOON - 60 * MINUTE, to: NOON };
    const buckets = new Map([[NOON - 5 * MINUTE, new Map([["warn", 3]])]]);
    const countedTo = new Date(NOON - 20 * MINUTE).toISOString();
    const bars = countedBars({ buckets, bots: new Map(), isWhole: false, countedTo }, span);
    expect(bars).toHaveLength(60);
    expect(bars.map((bar) => bar.isKnown)).toEqual([...Array(40).fill(false), ...Array(20).fill(true)]);
    expect(totalOf(bars[55]!.counts)).toBe(3);
    const whole = countedBars({ buckets, bots: new Map(), isWhole: true }, span);
    expect(whole.every((bar) => bar.isKnown)).toBe(true);
  });
});
