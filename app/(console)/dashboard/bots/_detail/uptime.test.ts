import { expect, it } from "vitest";
import { uptimeOf, uptimePercent } from "./uptime";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const answer = (online: (number | null)[], known: number[]) => ({
  bot_id: "bot_1",
  from: new Date(START).toISOString(),
  to: new Date(START + online.length * HOUR).toISOString(),
  step: "minute" as const,
  step_seconds: 3600,
  known,
  series: [{ name: "online", values: online }],
});

it("counts the known time only", () => {
  const uptime = uptimeOf(answer([null, 1, 0.5, null], [1, 1, 0.5, 0]), START, START + 4 * HOUR);
  expect(uptime).toEqual({ share: 1.25 / 1.5, knownMs: 1.5 * HOUR, rangeMs: 4 * HOUR });
});

it("knows nothing about the time before the bot was created", () => {
  const { knownMs } = uptimeOf(answer([1], [1]), START + 0.9 * HOUR, START + HOUR);
  expect(knownMs).toBeCloseTo(0.1 * HOUR);
});

it("shows no share of a few minutes of a day", () => {
  const young = uptimeOf(answer(new Array(24).fill(null).with(23, 1), new Array(24).fill(1)), START, START + 24 * HOUR);
  expect(uptimePercent(young)).toBeUndefined();
  expect(uptimePercent({ share: null, knownMs: 0, rangeMs: HOUR })).toBeUndefined();
});

it("rounds down, so that only an uptime without a gap reads 100 %", () => {
  expect(uptimePercent({ share: 0.99999, knownMs: HOUR, rangeMs: HOUR })).toBe("99.99 %");
  expect(uptimePercent({ share: 1, knownMs: HOUR, rangeMs: HOUR })).toBe("100 %");
  expect(uptimePercent({ share: 0.5, knownMs: HOUR, rangeMs: HOUR })).toBe("50.00 %");
});
