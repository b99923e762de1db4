import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery, quotedValue } from "./parse";

/** The terms of a query without their places. */
const termsOf = (text: string) =>
  parseQuery(text).terms.map(({ from: _from, to: _to, not, ...term }) => ({ ...term, ...(not && { not }) }));
const value = (text: string, isQuoted = false) => ({ text, isQuoted });

describe("parseQuery", () => {
  it.each<[string, object[]]>([
    [
      "gateway lost*",
      [
        { kind: "words", text: "gateway" },
        { kind: "words", text: "lost*" },
      ],
    ],
    [
      '"gateway lost" -"try again"',
      [
        { kind: "phrase", text: "gateway lost" },
        { kind: "phrase", text: "try again", not: true },
      ],
    ],
    ["level:error,warning", [{ kind: "level", values: ["error", "warning"] }]],
    ['bot:"Support desk",greeter', [{ kind: "bot", values: ["Support desk", "greeter"] }]],
    ["attempt:>3", [{ kind: "field", key: "attempt", comparison: ">", values: [value("3")] }]],
    ["ms:<=0.5", [{ kind: "field", key: "ms", comparison: "<=", values: [value("0.5")] }]],
    ['guild:"My server"', [{ kind: "field", key: "guild", comparison: "=", values: [value("My server", true)] }]],
    ["guild.id:418870233", [{ kind: "field", key: "guild.id", comparison: "=", values: [value("418870233")] }]],
    ["cmd:cmd_1", [{ kind: "field", key: "command_id", comparison: "=", values: [value("cmd_1")] }]],
    [
      "after:1h -level:debug",
      [
        { kind: "after", at: "1h" },
        { kind: "level", values: ["debug"], not: true },
      ],
    ],
    ["/lost \\d+ of \\/x/i", [{ kind: "regex", source: "lost \\d+ of /x", flags: "i" }]],
    ["-/retry/", [{ kind: "regex", source: "retry", flags: "", not: true }]],
    // These only look like terms.
    ["http://x.org", [{ kind: "words", text: "http://x.org" }]],
    [
      "TypeError: x",
      [
        { kind: "words", text: "TypeError:" },
        { kind: "words", text: "x" },
      ],
    ],
    [
      "/usr/bin/node 12:30",
      [
        { kind: "words", text: "/usr/bin/node" },
        { kind: "words", text: "12:30" },
      ],
    ],
    [
      "- --x",
      [
        { kind: "words", text: "-" },
        { kind: "words", text: "--x" },
      ],
    ],
    // A phrase that is still typed.
    ['"gateway lo', [{ kind: "phrase", text: "gateway lo" }]],
  ])("reads %s", (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
    expect(parseQuery(text).problems).toEqual([]);
  });

  it.each([
    ["lost level:err!or x", "level:err!or", 'Invalid level: "err!or" (write error or error,warning)'],
    ["before:", "before:", "before: needs a value"],
    ["x after:soon", "after:soon", 'Invalid time in after: "soon" (write 15m, 1h, 7d or 2026-01-31)'],
    ["attempt:>many", "attempt:>many", "attempt:> compares with one number, such as attempt:>3"],
    ["-after:1h", "-after:1h", "after: cannot be excluded; use before:"],
  ])("says where %s is wrong, and how to write it", (text, part, message) => {
    const { problems } = parseQuery(text);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    expect(text.slice(problems[0]!.from, problems[0]!.to)).toBe(part);
  });

  it("reads a day without a zone as UTC on a server, and in the reader's zone on a page", () => {
    const at = (text: string, zone?: string) => {
      const [term] = parseQuery(text, zone).terms;
      return term?.kind === "after" ? term.at : undefined;
    };
    expect(at("after:2026-01-31")).toBe("2026-01-31T00:00:00.000Z");
    expect(at('after:"2026-01-31 10:30"', "Europe/Berlin")).toBe("2026-01-31T09:30:00.000Z");
    expect(parseQuery("after:2026-02-30").problems).toHaveLength(1);
  });

  it("refuses more than 32 terms", () => {
    const { terms, problems } = parseQuery("x ".repeat(40));
    expect(terms).toHaveLength(32);
    expect(problems).toEqual([{ from: 64, to: 80, message: "A query has at most 32 terms: leave out the rest" }]);
  });

  it("reads any text without an error, and places its terms one after another", () => {
    const piece = fc.constantFrom(
      '"',
      "/",
      "\\",
      "-",
      ":",
      ",",
      ">",
      "*",
      " ",
      "level",
      "bot:",
      "x",
      "a.b:",
      "é",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join("");
        const { terms, problems } = parseQuery(text);
        const places = [...terms, ...problems].sort((a, b) => a.from - b.from);
        for (const [place, { from, to }] of places.entries()) {
          expect(from).toBeGreaterThanOrEqual(places[place - 1]?.to ?? 0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it("reads a quoted value back as it was", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12 }), (text) => {
        const [term] = parseQuery(`key:${quotedValue(text)} x`).terms;
        expect(term).toMatchObject({ kind: "field", key: "key", comparison: "=", values: [{ text }] });
      }),
    );
  });
});
