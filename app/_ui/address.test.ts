import { expect, it } from "vitest";
import { addressOf } from "./address";

it("changes some values of an address and leaves the others", () => {
  expect(addressOf("?tab=logs&q=old", [["q", "level:error,warning"]])).toBe("?tab=logs&q=level:error,warning");
  expect(addressOf("?tab=logs&q=old", [["q", null]])).toBe("?tab=logs");
  expect(addressOf("?q=old", [["q", null]])).toBe("");
  expect(addressOf("", [])).toBe("");
});

it("writes every text so that it is read back as it was", () => {
  for (const text of ["a b", "50 % + 1", "x&y=z#1", 'guild:"My server"', "/(a|b)+/", "日本", "😀", "%3A"]) {
    const address = addressOf("?tab=logs", [["q", text]]);
    expect(new URLSearchParams(address).get("q")).toBe(text);
    expect(new URL(`https://example.org/${address}`).searchParams.get("q")).toBe(text);
  }
});
