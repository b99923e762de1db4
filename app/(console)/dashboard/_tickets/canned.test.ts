import { expect, it } from "vitest";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { filled, matching, slashAt } from "./canned";

it.each([
  ["/", 1, { from: 0, word: "" }],
  ["/Hel", 4, { from: 0, word: "hel" }],
  ["hello /he", 9, { from: 6, word: "he" }],
  ["hello /he there", 9, { from: 6, word: "he" }],
  ["line\n/x", 7, { from: 5, word: "x" }],
  ["and/or", 6, null],
  ["https://", 8, null],
  ["/done ", 6, null],
])("finds the slash word in %j at %d", (text, caret, expected) => {
  expect(slashAt(text, caret)).toEqual(expected);
});

it("offers shortcuts that begin with the word before titles that hold it", () => {
  const reply = (shortcut: string, title: string) => ({ shortcut, title }) as CannedReply;
  const replies = [reply("bye", "Say goodbye"), reply("hi", "Greeting"), reply("goon", "Go on"), reply("x", "Nothing")];
  expect(matching(replies, "go").map((one) => one.shortcut)).toEqual(["goon", "bye"]);
  expect(matching(replies, "")).toHaveLength(4);
  expect(
    matching(
      Array.from({ length: 20 }, (_, at) => reply(`a${at}`, "")),
      "a",
    ),
  ).toHaveLength(8);
});

it("fills in names once, and leaves other braces alone", () => {
  expect(filled("Hi {user}, {me} here on #{number}. {other}", { user_name: "{me}", ticket_num: 7 }, "Grace")).toBe(
    "Hi {me}, Grace here on #7. {other}",
  );
});
