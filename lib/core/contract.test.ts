/** The shapes every room's contract is made of. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "./clock";
import { Cursor, Instant, JsonObject, Name, NameOrEmpty, WholeNumber } from "./contract";
import { newId } from "./ids";

describe("whole numbers of a query", () => {
  const limit = WholeNumber(10, 100);
  it.each(["-1", "1.5", "1e3", "ten", " 1", "0x10", "9".repeat(16)])("refuse %s", (text) =>
    expect(limit.safeParse(text).success).toBe(false),
  );
  it("take their default and their cap", () => {
    expect([undefined, "0", "100", "999999999"].map((text) => limit.parse(text))).toEqual([10, 0, 100, 100]);
  });
});

it("cursors are numbers and nothing else", () => {
  for (const text of ["-1", "1 OR 1=1", "", "1e9", "9".repeat(17)]) expect(Cursor.safeParse(text).success).toBe(false);
});

describe("instants", () => {
  it.each([
    ["15m", 900_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
  ])("%s is a span back from now", (text, back) => expect(instant(text, 1e12)).toBe(1e12 - back));
  it("are a number whenever they are accepted", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        if (text && Instant.safeParse(text).success) expect(Number.isFinite(instant(text, 1e12))).toBe(true);
      }),
    );
  });
});

describe("names", () => {
  const invisible = [
    ..."\u200b\u200c\u200d\u2060\u2064\ufeff\u00ad\u180e\u115f\u1160\u3164\uffa0\u2800\u00a0\u3000\u202e\u2069",
  ];
  it.each([...invisible, invisible.join(""), "\t \n"])("%j has no visible character", (text) => {
    const { error } = Name(100).safeParse(text);
    expect(error?.issues.length).toBeGreaterThan(0);
    if (text.trim()) expect(NameOrEmpty(100).safeParse(`a${text}`).success).toBe(true);
  });
  it.each([
    ["\u202eevil\u202c bot\u2066\u2069", "evil bot"],
    ["  \u200fAda\u200e \u061c", "Ada"],
    ["\u{1F468}\u200d\u{1F469}\u200d\u{1F467}", "\u{1F468}\u200d\u{1F469}\u200d\u{1F467}"],
    ["\u0646\u0627\u0645\u0647\u200c\u0647\u0627", "\u0646\u0627\u0645\u0647\u200c\u0647\u0627"],
  ])("%j is stored as %j", (sent, stored) => expect(Name(100).parse(sent)).toBe(stored));
  it("may be empty only where that is said, and say what to do", () => {
    expect(Name(100).safeParse("").success).toBe(false);
    expect(NameOrEmpty(100).parse(" ")).toBe("");
    expect(NameOrEmpty(100).safeParse("\u200b").error?.issues[0]?.message).toMatch(/visible character/);
  });
});

it("JSON objects have a size", () => {
  expect(JsonObject(20).safeParse({ a: "x".repeat(20) }).success).toBe(false);
  for (const value of [null, [], "x", 1]) expect(JsonObject().safeParse(value).success).toBe(false);
});

it("ids differ and sort by time", async () => {
  const ids = Array.from({ length: 10_000 }, () => newId("cmd"));
  expect(new Set(ids).size).toBe(ids.length);
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect(newId("cmd") > ids[0]!).toBe(true);
});
