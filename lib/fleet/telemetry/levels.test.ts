import { expect, it } from "vitest";
import { typeOfLevel } from "./levels";

it.each([
  ["error", "error"],
  ["ERROR", "error"],
  [" Warn ", "warning"],
  ["crit", "critical"],
  ["emerg", "critical"],
  ["EMERGENCY", "critical"],
  ["informational", "info"],
  ["debug", "debug"],
  ["verbose", "verbose"],
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [35, "info"],
  [40, "warning"],
  [50, "error"],
  [60, "critical"],
  [100, "critical"],
  ["50", "error"],
  [0, "critical"],
  [3, "error"],
  [7, "debug"],
])("reads %j as %s", (level, type) => expect(typeOfLevel(level)).toBe(type));

it.each([[undefined], [null], [""], ["two words"], [-1], [101], [Number.NaN], [true], [{}], ["é"], ["x".repeat(40)]])(
  "makes nothing of %j",
  (level) => expect(typeOfLevel(level)).toBeUndefined(),
);
