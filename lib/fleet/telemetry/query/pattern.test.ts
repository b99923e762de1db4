import { describe, expect, it } from "vitest";
import { patternOf, phraseOf } from "./pattern";

describe("patternOf", () => {
  it.each([
    ["Upstream timed out after 5000 ms", "Upstream timed out after 31 ms"],
    ['No permission in "My server"', "No permission in 'Another'"],
    ["User 3f2504e0-4f89-11d3-9a0c-0305e82c3301 left", "User 00000000-4f89-11d3-9a0c-0305e82c3302 left"],
    ["Commit deadbeef01 failed", "Commit 1234567890 failed"],
    ["GET https://example.org/a: refused", "GET https://example.org/b?c=d: refused"],
    ["Crash\n  at a()", "Crash\n  at b()"],
  ])("is the same for %j and %j", (one, other) => expect(patternOf(one)).toBe(patternOf(other)));

  it("differs for different words, and keeps words that only look like ids", () => {
    expect(patternOf("Cannot send")).not.toBe(patternOf("Cannot read"));
    expect(patternOf("defaced facade")).toBe("defaced facade");
  });

  it("leaves out the colours of terminals, and reads the beginning of long lines only", () => {
    expect(patternOf("\u001b[31mgateway\u001b[0m lost")).toBe("gateway lost");
    expect(patternOf(`${"long ".repeat(4_000)}`).length).toBeLessThanOrEqual(200);
    expect(patternOf('"'.repeat(20_000)).length).toBeLessThanOrEqual(900);
  });
});

describe("phraseOf", () => {
  it.each([
    ["Cannot send to <value> after # ms", "Cannot send to"],
    ["shard# lost the gateway connection of x#", "lost the gateway connection of"],
    ["#", undefined],
    ["a # b", undefined],
    ["It went on and on…", "It went on and"],
  ])("of %j is %j", (pattern, phrase) => expect(phraseOf(pattern)).toBe(phrase));
});
