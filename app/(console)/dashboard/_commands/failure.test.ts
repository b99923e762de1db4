import { expect, it } from "vitest";
import type { Command } from "@/lib/fleet/commands/contract";
import { failureOf, failureText } from "./failure";

const aFailed = (change: Partial<Command>) => ({ status: "failed", reason: null, ...change }) as Command;

it.each([
  ["the error that the bot reported", { result: { error: "no such thread" } }, "no such thread"],
  ["a message in place of an error", { result: { message: "no such thread" } }, "no such thread"],
  ["a reason in place of both", { result: { error: " ", reason: "no such thread" } }, "no such thread"],
  [
    "why the server gave it up",
    { reason: "dead", result: { error: "as the server words it" } },
    "Given up after the maximum number of attempts",
  ],
  ["nothing for an error that is no text", { result: { error: { code: 5 } } }, undefined],
  ["nothing without a result", { result: null }, undefined],
  ["nothing when a person cancelled it", { reason: "cancelled", result: { error: "Cancelled" } }, undefined],
  ["nothing for a command that was done", { status: "completed", result: { error: "none" } }, undefined],
] as const)("a row shows %s", (_, change, text) => {
  expect(failureOf(aFailed(change as Partial<Command>))).toBe(text);
});

it("a row shows no more than the first 200 characters of a reason", () => {
  expect(failureOf(aFailed({ result: { error: "x".repeat(5000) } }))!.length).toBeLessThanOrEqual(201);
});

it("a list of causes has a text for every failure", () => {
  expect(failureText(aFailed({ result: { code: 7 } }))).toBe("The bot reported a failure without a reason");
  expect(failureText(aFailed({ reason: "expired", result: null }))).toMatch(/^Expired/);
  expect(failureText(aFailed({ reason: "cancelled", result: null }))).toMatch(/^Cancelled/);
});
