import { expect, it } from "vitest";
import { partsOf } from "./text";

it("finds addresses and leaves the sentence around them alone", () => {
  expect(partsOf("See https://example.org/a?b=c#d, then (http://x.test/y).")).toEqual([
    { text: "See " },
    { text: "https://example.org/a?b=c#d", href: "https://example.org/a?b=c#d" },
    { text: ", then (" },
    { text: "http://x.test/y", href: "http://x.test/y" },
    { text: ")." },
  ]);
});

it.each(["javascript:alert(1)", "data:text/html,x", "see ftp://x.test", "https://", "<b>bold</b>"])(
  "makes no link of %s",
  (text) => {
    expect(partsOf(text).filter((part) => part.href)).toEqual([]);
    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  },
);
