import { expect, it } from "vitest";
import { durationText, relativeTime } from "./time";

const now = Date.parse("2026-01-01T12:00:00Z");
it.each([
  [0, "just now"],
  [12, "12 s ago"],
  [59, "59 s ago"],
  [60, "1 min ago"],
  [3599, "59 min ago"],
  [3600, "1 h ago"],
  [86_400 * 3, "3 d ago"],
  [86_400 * 400, "1 y ago"],
  [-90, "in 1 min"],
])("%d s before now reads %s", (seconds, text) => {
  expect(relativeTime(now - seconds * 1000, now)).toBe(text);
});

it.each([
  [0, "0 s"],
  [4, "4 s"],
  [14 * 60 + 59, "14 min"],
])("%d s last %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
