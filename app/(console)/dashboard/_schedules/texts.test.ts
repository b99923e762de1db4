import { expect, it } from "vitest";
import { keptLimits, outcomeOf, targetText } from "./texts";

it.each([
  [{ bots: 1, filter: null }, "1 bot"],
  [{ bots: null, filter: {} }, "All bots"],
  [{ bots: null, filter: { tag: "eu" } }, "Bots tagged eu"],
  [{ bots: null, filter: { status: "online" as const, tag: "eu,prod" } }, "Online bots tagged eu and prod"],
  [{ bots: null, filter: { search: "greet", host: "alpha" } }, "Bots on host alpha whose name contains “greet”"],
])("names the bots of %j", (target, text) => expect(targetText(target)).toBe(text));

it("names the limits that the form keeps", () => {
  expect(keptLimits({ tag: "eu" })).toBeUndefined();
  expect(keptLimits({ tag: "eu", platform: "Discord" })).toBe("Bots on Discord");
});

it.each([
  [{ state: "open" as const, bots: 2, failed: 0 }, "Running"],
  [{ state: "done" as const, bots: 2, failed: 0 }, "Done"],
  [{ state: "done" as const, bots: 2, failed: 1 }, "Failed on 1 of 2"],
  [{ state: "done" as const, bots: 2, failed: 2 }, "Failed"],
  [{ state: "skipped" as const, bots: 2, failed: 0 }, "Skipped"],
])("words the outcome of %j", (run, word) => expect(outcomeOf(run).word).toBe(word));
