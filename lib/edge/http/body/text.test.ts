import { expect, it } from "vitest";
import { bodyText } from "./text";

const read = (bytes: Buffer | string, headers: Record<string, string> = {}) =>
  bodyText(Buffer.from(bytes as string), (name) => headers[name]);

it.each([
  ["plain", '{"a":"café 😀"}', {}],
  ["named UTF-8", '{"a":"café"}', { "content-type": 'application/json; charset="UTF-8"' }],
  ["not encoded, and says so", "{}", { "content-encoding": "identity" }],
  ["one byte", "1", {}],
  ["empty", "", {}],
])("reads a body that is %s", (_, text, headers) => expect(read(text, headers)).toBe(text));

it("reads a body with a byte order mark, without it", () => {
  expect(read('\uFEFF{"a":1}')).toBe('{"a":1}');
});

it.each([
  ["gzip", "{}", { "content-encoding": "gzip" }, "Content-Encoding"],
  ["Latin-1 by name", "{}", { "content-type": "application/json; charset=iso-8859-1" }, "Content-Type"],
  ["UTF-16 by name", "{}", { "content-type": "application/json;charset=utf-16le" }, "Content-Type"],
  ["UTF-16 with a mark", Buffer.from('\uFEFF{"a":1}', "utf16le"), {}, "Content-Type"],
  ["UTF-16 without a mark", Buffer.from('{"a":1}', "utf16le"), {}, "Content-Type"],
  ["UTF-16, big end first", Buffer.from('{"a":1}', "utf16le").swap16(), {}, "Content-Type"],
])("answers 415 to %s", (_, bytes, headers, field) => {
  expect(() => read(bytes as Buffer, headers as Record<string, string>)).toThrow(
    expect.objectContaining({ status: 415, details: { field } }),
  );
});

it("answers 400 to bytes that are no UTF-8", () => {
  expect(() => read(Buffer.from('{"a":"café"}', "latin1"))).toThrow(expect.objectContaining({ status: 400 }));
});
