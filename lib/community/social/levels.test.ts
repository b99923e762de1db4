import { expect, it } from "vitest";
import { levelOf } from "./levels";

const rule = { base_xp_per_level: 100, xp_multiplier: 1.5 };

it.each([
  [0, 1, 100],
  [99, 1, 1],
  [100, 2, 150],
  [249, 2, 1],
  [250, 3, 225],
  [475, 4, 338],
])("%i points reach level %i, with %i missing to the next", (xp, level, missing) => {
  expect(levelOf(xp, rule)).toEqual({ level, missing });
});

it("ends at a highest level, whatever the rule", () => {
  expect(levelOf(2_000_000_000, { base_xp_per_level: 1, xp_multiplier: 1 }).level).toBe(1_000);
  expect(levelOf(2_000_000_000, { base_xp_per_level: 1_000_000, xp_multiplier: 10 }).level).toBe(5);
});
