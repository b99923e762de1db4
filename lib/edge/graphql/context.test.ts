import { expect, it } from "vitest";
import { loader } from "./context";

it("gathers look-ups of one tick into one read, and reads anew in the next", async () => {
  const reads: string[][] = [];
  const load = loader(async (keys: string[]) => {
    reads.push(keys);
    return new Map(keys.filter((key) => key !== "none").map((key) => [key, key.toUpperCase()]));
  });
  expect(await Promise.all(["a", "b", "a", "none"].map(load))).toEqual(["A", "B", "A", null]);
  expect(await load("a")).toBe("A");
  expect(reads).toEqual([["a", "b", "none"], ["a"]]);
});

it("fails every look-up of a read that fails, and no later one", async () => {
  let broken = true;
  const load = loader(async (keys: string[]) => {
    if (broken) throw new Error("away");
    return new Map(keys.map((key) => [key, 1]));
  });
  const both = await Promise.allSettled([load("a"), load("b")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  broken = false;
  expect(await load("a")).toBe(1);
});
