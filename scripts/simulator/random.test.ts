import { expect, it } from "vitest";
import { seeded } from "./random";

const draw = (seed: string) => {
  const random = seeded(seed);
  return Array.from({ length: 1000 }, () => random.between(0, 1));
};

it("gives the same numbers for the same seed, others for another", () => {
  expect(draw("a")).toEqual(draw("a"));
  expect(draw("a")).not.toEqual(draw("b"));
});

it("spreads evenly", () => {
  const numbers = draw("even");
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    expect(share).toBeGreaterThan(60);
    expect(share).toBeLessThan(140);
  }
});

it("forks by name, whatever was drawn before", () => {
  const [one, other] = [seeded("s"), seeded("s")];
  one.between(0, 1);
  expect(one.fork("x").between(0, 1)).toBe(other.fork("x").between(0, 1));
  expect(one.fork("x").between(0, 1)).not.toBe(one.fork("y").between(0, 1));
});
