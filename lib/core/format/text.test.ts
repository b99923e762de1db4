import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutBytes, cutText, firstGraphemes, wellFormedJson } from "./text";

const FAMILY = "👨‍👩‍👧‍👦";
const bytes = (text: string) => Buffer.byteLength(text);

describe("cutText", () => {
  it("keeps text that fits, to the last unit", () => {
    for (const text of ["", "abc", "ab😀", FAMILY]) expect(cutText(text, text.length)).toBe(text);
  });

  it("ends in an ellipsis within the limit", () => {
    expect(cutText("abcdef", 4)).toBe("abc…");
    expect(cutText("abcdef", 4, "")).toBe("abcd");
    expect(cutText("abcdef", 0, "")).toBe("");
  });

  it("never leaves half a surrogate pair, whatever the limit", () => {
    const text = `ab😀c${FAMILY}d🇩🇪🇫🇷 e\u0301\u0302 \r\n ${"क्षि".repeat(3)} ${"🏴󠁧󠁢󠁥󠁮󠁧󠁿".repeat(3)}`;
    for (let max = 1; max <= text.length; max++) {
      const short = cutText(text, max);
      expect(short.length).toBeLessThanOrEqual(max);
      expect(short.isWellFormed()).toBe(true);
      expect(bytes(cutBytes(text, max + 3))).toBeLessThanOrEqual(max + 3);
      expect(cutBytes(text, max + 3).isWellFormed()).toBe(true);
    }
  });

  it("keeps or drops a grapheme as a whole", () => {
    expect(cutText(`ab${FAMILY}c`, 8)).toBe("ab…");
    expect(cutText(`ab${FAMILY}cd`, 14)).toBe(`ab${FAMILY}…`);
    expect(cutText("abe\u0301cd", 4)).toBe("ab…");
    expect(cutText("a🇩🇪🇫🇷x", 8)).toBe("a🇩🇪…");
    expect(cutText("ab\r\ncd", 4)).toBe("ab…");
  });

  it("keeps what fits of a letter under more accents than anybody writes", () => {
    const short = cutText(`a${"\u0301".repeat(5000)}`, 1000);
    expect(short.length).toBe(1000);
    const pairs = cutText(`a${"\u{1D167}".repeat(5000)}`, 1000, "");
    expect(pairs.isWellFormed()).toBe(true);
    expect(pairs.length).toBeGreaterThanOrEqual(999);
  });
});

describe("cutBytes", () => {
  it("counts bytes of UTF-8", () => {
    expect(cutBytes("äöü", 6)).toBe("äöü");
    expect(cutBytes("äöüß", 7)).toBe("äö…");
    expect(cutBytes("äöüß", 5, "")).toBe("äö");
    expect(cutBytes(`ab${FAMILY}`, 20)).toBe("ab…");
  });
});

describe("firstGraphemes", () => {
  it("counts characters as people see them", () => {
    expect(firstGraphemes(`${FAMILY}🇩🇪x`, 2)).toBe(`${FAMILY}🇩🇪`);
    expect(firstGraphemes("A", 2)).toBe("A");
    expect(firstGraphemes("", 2)).toBe("");
  });
});

describe("wellFormedJson", () => {
  it.each([
    ['"\\ud83d"', "\ufffd"],
    ['"\\ud83d\\ude00"', "😀"],
    ['"a\\uDE00b\\ud83d"', "a\ufffdb\ufffd"],
    ['"\\ud83d\\ud83d\\ude00"', "\ufffd😀"],
    ['"\\ud83d \\ude00"', "\ufffd \ufffd"],
    ['"\\ud83d\\n"', "\ufffd\n"],
    ['"\\\\ud83d"', "\\ud83d"],
    ['"\\\\\\ud83d"', "\\\ufffd"],
  ])("reads %s", (text, expected) => expect(JSON.parse(wellFormedJson(text))).toBe(expected));

  it("makes of any JSON what toWellFormed makes of its strings", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("\\ud83d", "\\ude00", "\\\\", "\\n", "u", "x", "😀", "\\uD800", "d83d")),
        (pieces) => {
          const text = `{"${pieces.join("")}":["${pieces.join("")}"]}`;
          const value = JSON.parse(wellFormedJson(text));
          const plain = (JSON.parse(`"${pieces.join("")}"`) as string).toWellFormed();
          expect(value).toEqual({ [plain]: [plain] });
        },
      ),
    );
  });
});
