import { expect, it } from "vitest";
import { countText, durationText, percentText, sizeText, spanText, uptimeText } from "./units";

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KB"],
  [134_754_598_912, "125.5 GB"],
  [3 * 1024 ** 6, "3072.0 PB"],
  [-5, "0 B"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it.each([
  [0, "0m"],
  [59, "0m"],
  [3_600, "1h 0m"],
  [86_400, "1d 0h 0m"],
  [444_300, "5d 3h 25m"],
])("%d seconds are %s", (seconds, text) => {
  expect(uptimeText(seconds)).toBe(text);
});

it.each([
  [0.4512, "45%"],
  [1.2, "100%"],
  [-1, "0%"],
])("a share of %d is %s", (share, text) => {
  expect(percentText(share)).toBe(text);
});

it.each([
  [0, "0 s"],
  [59.6, "1 min"],
  [200, "3 min 20 s"],
  [3600, "1 h"],
  [90_061, "25 h 1 min"],
])("%d seconds last %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it.each([
  [0, "0 minutes"],
  [60, "1 minute"],
  [3_600, "1 hour"],
  [90_061, "1 day, 1 hour"],
  [86_460, "1 day"],
  [444_300, "5 days, 3 hours"],
])("%d seconds are %s in words", (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});

it.each([
  [0, "error", undefined, "0 errors"],
  [1, "error", undefined, "1 error"],
  [2, "error", undefined, "2 errors"],
  [1_234, "person", "people", "1,234 people"],
])("%d of %s is written with its noun", (count, one, many, text) => {
  expect(countText(count, one, many)).toBe(text);
});
