import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DIGITS_MAX, exactReviver, NumberRangeError, readJson, refuseUnkept, writeJson } from "./json";

const DIGITS = [
  "1497549923779084388",
  "-9223372036854775808",
  "9007199254740993",
  "18446744073709551615",
  "1234567890123456789012345678901234567890",
];

describe("integers beyond what a number holds", () => {
  it.each(DIGITS)("%s keeps its digits", (digits) => {
    for (const text of [digits, `{"a":${digits}}`, `[ ${digits} , ${digits}]`, `{"a":{"b":[1,${digits}]},"c":"x"}`])
      expect(writeJson(readJson(text)).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    expect(readJson(`[${digits}]`)).toEqual([BigInt(digits)]);
    expect(JSON.parse(`[${digits}]`, exactReviver)).toEqual([BigInt(digits)]);
  });

  it("are written by whoever writes JSON", () => {
    expect(JSON.stringify({ id: 1497549923779084388n })).toBe('{"id":1497549923779084388}');
    expect(writeJson({ id: 1497549923779084388n }, 2)).toBe('{\n  "id": 1497549923779084388\n}');
  });

  it("are numbers as long as a number holds them", () => {
    expect(readJson("[9007199254740991,-9007199254740991,0,-0]")).toEqual([
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      0,
      -0,
    ]);
  });

  it("are found beside a key named __proto__, and under it", () => {
    const text = '{"__proto__":{"id":1497549923779084388},"a":1497549923779084388}';
    expect(writeJson(readJson(text))).toBe(text);
  });
});

it("leaves digits within strings and keys alone", () => {
  const text = String.raw`{"1497549923779084388":"1497549923779084388 \" 1497549923779084388 \\","a":"\\\"",":1":1497549923779084388}`;
  expect(writeJson(readJson(text))).toBe(text);
});

it("leaves numbers with a fraction or an exponent numbers", () => {
  expect(readJson("[0.1234567890123456,6.02214076e23,1e300,1E-400]")).toEqual([
    0.1234567890123456, 6.02214076e23, 1e300, 0,
  ]);
});

it.each([
  ["1e400", ""],
  ['{"payload":{"list":[1,-1e309]}}', "payload.list.1"],
  ['{"a":"1e400","b":2e+999}', "b"],
  [`{"a":${"9".repeat(DIGITS_MAX + 1)}}`, "a"],
])("refuses %s, naming the field", (text, field) => {
  expect(() => readJson(text)).toThrow(NumberRangeError);
  expect(() => readJson(text)).toThrow(expect.objectContaining({ field }));
  expect(() => refuseUnkept(JSON.parse(text, exactReviver))).toThrow(expect.objectContaining({ field }));
});

it.each([
  "{1497549923779084388:1}",
  `{1497549923779084388${" ".repeat(100)}:1}`,
  "[01497549923779084388]",
  "[1497549923779084388",
  "[1497549923779084388 1]",
  '["1497549923779084388]',
  "[--1497549923779084388]",
  "[.1497549923779084388]",
  "[1497549923779084388.]",
  "[1e400e]",
  "1497549923779084388x",
])("refuses %s as JSON.parse does", (text) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(() => readJson(text)).toThrow(SyntaxError);
  expect(() => readJson(text)).not.toThrow(NumberRangeError);
});

it("reads what nests deeper than the stack", () => {
  const text = `${"[".repeat(100_000)}1497549923779084388${"]".repeat(100_000)}`;
  let inner: unknown = readJson(text);
  while (Array.isArray(inner)) inner = inner[0];
  expect(inner).toBe(1497549923779084388n);
});

describe("any JSON", () => {
  const integer = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n });
  const exact = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  const { value: anything } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[\d"\\:,[{ -]{0,40}$/),
      fc
        .double({ noDefaultInfinity: true, noNaN: true })
        .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
      integer.map(exact),
      fc.array(tie("value")),
      fc.dictionary(fc.oneof(fc.string(), fc.stringMatching(/^\d{15,20}$/)), tie("value")),
    ),
  }));

  it("comes back as it was, in value and in text", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(0, 2), (value, indent) => {
        const text = writeJson(value, indent);
        const again = readJson(text);
        expect(writeJson(again, indent)).toBe(text);
        const revived: unknown = JSON.parse(text, exactReviver);
        expect(again).toEqual(revived);
        expect(() => refuseUnkept(revived)).not.toThrow();
      }),
    );
  });

  it("is refused when JSON.parse refuses it, and only then", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      "\\",
      " ",
      "-",
      "1497549923779084388",
      "0",
      ".5",
      "e2",
      "true",
      '"a":',
    );
    const isJson = (read: (text: string) => unknown, text: string) => {
      try {
        read(text);
        return true;
      } catch (error) {
        // JSON all the same, of a number that cannot be kept: JSON.parse makes Infinity of it.
        return error instanceof NumberRangeError;
      }
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("");
        expect(isJson(readJson, text)).toBe(isJson(JSON.parse, text));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("in a browser without JSON.rawJSON", () => {
  it("writes the digits too", async () => {
    const { rawJSON } = JSON as { rawJSON?: unknown };
    Object.assign(JSON, { rawJSON: undefined });
    try {
      const query = "?without-raw";
      const old: typeof import("./json") = await import(/* @vite-ignore */ `./json.ts${query}`);
      const text = '{"id":1497549923779084388,"name":"\uF8FF1497549923779084388"}';
      expect(old.writeJson(old.readJson(text))).toBe(text);
      expect(old.writeJson(undefined)).toBeUndefined();
    } finally {
      Object.assign(JSON, { rawJSON });
      await import(/* @vite-ignore */ `./json.ts${"?restored"}`);
    }
  });
});
