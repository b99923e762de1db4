/** Dry runs: a stored day played through. */
import { describe, expect, it } from "vitest";
import { createCounter } from "@/lib/operations/alerts/engine/counters";
import { countSpans, grouped, offlineSpans, waitSpans } from "./replay";
import { sentenceOf } from "./sentences";

const rule = { threshold: 10, recover_below: undefined, window_s: 60, for_s: 0 };
const S = 1000;
const DAY = 86_400_000;

describe("offline bots", () => {
  const change = (subject: string, status: string, at: number) => ({ subject, status, at });
  it("fires where a bot was gone for the threshold, and ends where it came back", () => {
    const rows = [
      change("a", "offline", 100 * S),
      change("a", "online", 105 * S),
      change("a", "offline", 200 * S),
      change("a", "busy", 300 * S),
    ];
    expect(offlineSpans(rule, rows, 0, DAY)).toEqual([{ subject: "a", from: 210 * S, until: 300 * S }]);
  });
  it("knows what began before the day, and what has not ended", () => {
    expect(offlineSpans(rule, [change("a", "offline", -500 * S)], 0, DAY)).toEqual([]);
    expect(offlineSpans(rule, [change("a", "offline", -5 * S)], 0, DAY)).toEqual([
      { subject: "a", from: 5 * S, until: null },
    ]);
  });
});

describe("commands that wait", () => {
  it("joins waits that overlap", () => {
    const rows = [
      { subject: "a", from: 0, until: 50 * S },
      { subject: "a", from: 20 * S, until: 90 * S },
      { subject: "a", from: 100 * S, until: 105 * S },
      { subject: "a", from: 200 * S, until: null },
    ];
    expect(waitSpans(rule, rows, 0, DAY)).toEqual([
      { subject: "a", from: 10 * S, until: 90 * S },
      { subject: "a", from: 210 * S, until: null },
    ]);
  });
});

describe("counts", () => {
  const burst = (at: number, times: number) => Array.from({ length: times }, () => ({ subject: "a", at: at * S }));
  it("fires at the threshold within the window, and recovers when the window has moved on", () => {
    expect(countSpans(rule, [...burst(10, 5), ...burst(40, 5)], DAY)).toEqual([
      { subject: "a", from: 40 * S, until: 70 * S },
    ]);
    expect(countSpans(rule, [...burst(10, 5), ...burst(80, 5)], DAY)).toEqual([]);
  });
  it("waits for the duration, and for the lower mark", () => {
    const rows = [...burst(10, 8), ...burst(40, 4)];
    expect(countSpans({ ...rule, for_s: 20 }, rows, DAY)).toEqual([{ subject: "a", from: 60 * S, until: 70 * S }]);
    expect(countSpans({ ...rule, for_s: 40 }, rows, DAY)).toEqual([]);
    expect(countSpans({ ...rule, recover_below: 3 }, rows, DAY)).toEqual([
      { subject: "a", from: 40 * S, until: 100 * S },
    ]);
  });
  it("is still firing at the end of the day", () => {
    expect(countSpans(rule, burst(10, 12), 20 * S)).toEqual([{ subject: "a", from: 10 * S, until: null }]);
  });
});

it("groups what begins together", () => {
  const spans = ["a", "b", "c"].map((subject, index) => ({
    subject,
    from: index * 60 * S,
    until: index * 60 * S + 500 * S,
  }));
  expect(grouped([...spans, { subject: "d", from: 900 * S, until: null }], (id) => id.toUpperCase())).toEqual([
    { at: 0, until: 620 * S, count: 3, labels: ["A", "B", "C"] },
    { at: 900 * S, until: null, count: 1, labels: ["D"] },
  ]);
});

it("counts over a sliding span", () => {
  const clock = { at: 1_000_000 };
  const counter = createCounter(() => clock.at);
  counter.add("a", 1, 3);
  clock.at += 30 * S;
  counter.add("a", 1, 2);
  counter.add("b", null);
  expect(counter.read(60 * S, 5)).toEqual([{ subject: "a", owner_id: 1, count: 5 }]);
  clock.at += 40 * S;
  expect(counter.read(60 * S, 1)).toEqual([
    { subject: "a", owner_id: 1, count: 2 },
    { subject: "b", owner_id: null, count: 1 },
  ]);
});

it("says rules as sentences", () => {
  const base = { window_s: 300, for_s: 0, severity: "high" as const, scope: "own" as const, bot_ids: [] };
  expect(sentenceOf({ ...base, metric: "bot_offline", threshold: 300 })).toBe(
    "When one of my bots is offline for 5 min, raise a high alert.",
  );
  expect(sentenceOf({ ...base, metric: "disk", threshold: 90, for_s: 60, scope: "all" })).toBe(
    "When the disk is 90% full, and stays so for 1 min, raise a high alert.",
  );
});
