import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches, parseSearch, splitWords } from "./tokenize";

describe("words", () => {
  it.each([
    ["user_id=Ünal failed", ["user", "id", "unal", "failed"]],
    ["Straße İstanbul smørrebrød", ["strasse", "istanbul", "smorrebrod"]],
    ["a a A", ["a"]],
    ["…!?", []],
  ])("of %j", (text, expected) => {
    expect(splitWords(text)).toEqual(expected);
  });

  it("are ASCII, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) =>
        splitWords(text).every((word) => /^[a-z0-9]+$/.test(word)),
      ),
    );
  });
});

describe("search", () => {
  const finds = (text: string, search: string) => matches(text, parseSearch(search)!);
  it.each([
    ["Connected to the gateway", "gateway connected", true],
    ["Connected to the gateway", "gatew*", true],
    ["Connected to the gateway", "gatew* ", true],
    ["Connected to the gateway", "gatew", false],
    ["Connected to the gateway", "gatew *", false],
    ["Connected to the gateway", "gatew* connected", false],
    ["Connected to the gateway", "ga*", false],
    ["Connected to the gateway", "ateway*", false],
    ["Ошибка подключения", "ошиб*", true],
    ["连接失败了", "失败", true],
    ["shipped 🎉 today", "🎉", true],
    ["shipped today", "🎉", false],
    ["हिन्दी संदेश", "हिन्दी", true],
    ["discord.py", '"discord" py*', true],
  ])("%j for %j: %s", (text, search, expected) => {
    expect(finds(text, search)).toBe(expected);
  });

  it("narrows nothing when it holds no word", () => {
    for (const text of [undefined, "", "  ", '"', "*", "()", "\u0000"]) expect(parseSearch(text)).toBeUndefined();
  });

  it("finds every text by any of its own words", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        for (const word of text.split(/\s+/)) {
          const search = parseSearch(word);
          if (search && !matches(text, search)) return false;
        }
        return true;
      }),
    );
  });
});
