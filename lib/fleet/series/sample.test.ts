/** Samples: what is written can be read, and percentiles of merged samples are those of all durations. */
import { describe, expect, it } from "vitest";
import {
  addSample,
  bucketOf,
  emptySample,
  percentile,
  raise,
  raiseToCounted,
  readSample,
  report,
  writeSample,
} from "./sample";

describe("a sample", () => {
  it("survives being written", () => {
    const sample = emptySample();
    raise(sample, "i", 34);
    raise(sample, `A${bucketOf(120)}`, 5);
    report(sample, "cpu", 0.25, 5_000);
    for (const value of [-1e300, 7, 1e-9]) report(sample, "odd.name_1", value, 9_000);
    for (const [ms, count] of [
      [0, 1],
      [31_000, 12],
      [40 * 86_400_000, 3],
    ] as const)
      raise(sample, `B${bucketOf(ms)}`, count);
    expect(readSample(writeSample(sample, 3), 3)).toEqual(sample);
    expect(readSample("", 0)).toEqual(emptySample());
  });

  it("keeps the last number by time, whichever process stored it first", () => {
    const [early, late] = [emptySample(), emptySample()];
    report(early, "cpu", 1, 1_000);
    report(late, "cpu", 3, 4_000);
    addSample(late, early);
    expect(late.reported?.get("cpu")).toEqual({ last: 3, at: 4, count: 2, sum: 4, min: 1, max: 3 });
  });

  it("keeps sums of the greatest numbers finite", () => {
    const sample = emptySample();
    for (let time = 0; time < 3; time++) report(sample, "huge", Number.MAX_VALUE, 0);
    expect(readSample(writeSample(sample, 0), 0).reported?.get("huge")?.sum).toBe(Number.MAX_VALUE);
  });

  it("raises counts to those of the rows, and lowers none", () => {
    const sample = readSample("i5e2 ~cpu=1@1", 0);
    raiseToCounted(sample, readSample("i9e1w4", 0));
    expect(writeSample(sample, 0)).toBe("i9e2w4 ~cpu=1@1");
  });

  it("computes percentiles of merged samples within 9 % of the true ones", () => {
    // A fixed sequence that covers five orders of magnitude.
    const durations = Array.from({ length: 4_000 }, (_, index) => 10 ** (1 + ((index * 7919) % 4_000) / 1_000));
    const whole = emptySample();
    for (let from = 0; from < durations.length; from += 100) {
      const part = emptySample();
      for (const ms of durations.slice(from, from + 100)) raise(part, `B${bucketOf(ms)}`);
      addSample(whole, readSample(writeSample(part, 0), 0));
    }
    const sorted = durations.toSorted((a, b) => a - b);
    for (const share of [0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
      expect(Math.abs(percentile(whole, "B", share)! - exact) / exact).toBeLessThan(0.095);
    }
    expect(percentile(whole, "A", 0.5)).toBeNull();
  });
});
