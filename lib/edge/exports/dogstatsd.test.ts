import { expect, it } from "vitest";
import { createLines, datagramsOf } from "./dogstatsd";

const counter = (value: number) => ({
  ...{ name: "commands_total", help: "", type: "counter" },
  values: [{ value, labels: { status: "done|#x" } }],
});

it("sends what counters grew by, and gauges as they are", () => {
  const lines = createLines();
  const gauge = { name: "bots", help: "", type: "gauge", values: [{ value: 3, labels: {} }] };
  expect(lines([counter(5), gauge])).toEqual(["bots:3|g"]);
  expect(lines([counter(7), gauge])).toEqual(["commands_total:2|c|#status:done__x", "bots:3|g"]);
  expect(lines([counter(7)])).toEqual([]);
});

it("sends buckets, sums and counts of histograms as counters", () => {
  const lines = createLines();
  const histogram = (count: number) => ({
    ...{ name: "seconds", help: "", type: "histogram" },
    values: [
      { value: count, labels: { le: 0.1 } as Record<string, number>, metricName: "seconds_bucket" },
      { value: count, labels: {}, metricName: "seconds_count" },
    ],
  });
  lines([histogram(1)]);
  expect(lines([histogram(4)])).toEqual(["seconds_bucket:3|c|#le:0.1", "seconds_count:3|c"]);
});

it("fills datagrams up to the size of a packet", () => {
  const datagrams = datagramsOf(Array.from({ length: 100 }, (_, n) => `metric_${n}:1|g|#name:${"x".repeat(40)}`));
  expect(datagrams.length).toBeGreaterThan(1);
  expect(datagrams.join("\n").split("\n")).toHaveLength(100);
  expect(Math.max(...datagrams.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1432);
});
