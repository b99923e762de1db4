import { describe, expect, it } from "vitest";
import { readAsk, readCommandId } from "./palette-verbs";

describe("readAsk", () => {
  it.each([
    ["restart greeter", { verb: "restart", search: "greeter" }],
    ["  Restart   Night Watch ", { verb: "restart", search: "Night Watch" }],
    ["send to greeter", { verb: "send", search: "greeter" }],
    ["send greeter", { verb: "send", search: "greeter" }],
    ["logs of tomb", { verb: "logs", search: "tomb" }],
    ["send to ", { verb: "send", search: "" }],
    ["send to", { verb: "send", search: "to" }],
    ["restart ", { verb: "restart", search: "" }],
    ["logs", { search: "logs" }],
    ["restarter", { search: "restarter" }],
    ["the logs of", { search: "the logs of" }],
  ])("reads %j", (text, expected) => expect(readAsk(text)).toEqual(expected));
});

describe("readCommandId", () => {
  it.each([
    [" cmd_mi9x0k2r8f3a7c ", "cmd_mi9x0k2r8f3a7c"],
    ["cmd_mi9x", null],
    ["restart cmd_a", null],
    [`cmd_${"a".repeat(65)}`, null],
  ])("reads %j", (text, expected) => expect(readCommandId(text)).toBe(expected));
});
