/** The shapes every room's contract is made of. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayOnBot, type UserActor } from "./access";
import { instant } from "./clock";
import { Cursor, Instant, JsonObject, WholeNumber } from "./contract";
import { newId } from "./ids";

describe("whole numbers of a query", () => {
  const limit = WholeNumber(10, 100);
  it.each(["-1", "1.5", "1e3", "ten", " 1", "0x10", "9".repeat(16)])("refuse %s", (text) =>
    expect(limit.safeParse(text).success).toBe(false),
  );
  it("take their default and their cap", () => {
    expect([undefined, "0", "100", "999999999"].map((text) => limit.parse(text))).toEqual([10, 0, 100, 100]);
  });
});

it("cursors are numbers and nothing else", () => {
  for (const text of ["-1", "1 OR 1=1", "", "1e9", "9".repeat(17)]) expect(Cursor.safeParse(text).success).toBe(false);
});

describe("instants", () => {
  it.each([
    ["15m", 900_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
  ])("%s is a span back from now", (text, back) => expect(instant(text, 1e12)).toBe(1e12 - back));
  it("are a number whenever they are accepted", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        if (text && Instant.safeParse(text).success) expect(Number.isFinite(instant(text, 1e12))).toBe(true);
      }),
    );
  });
});

it("JSON objects have a size", () => {
  expect(JsonObject(20).safeParse({ a: "x".repeat(20) }).success).toBe(false);
  for (const value of [null, [], "x", 1]) expect(JsonObject().safeParse(value).success).toBe(false);
});

it("ids differ and sort by time", async () => {
  const ids = Array.from({ length: 10_000 }, () => newId("cmd"));
  expect(new Set(ids).size).toBe(ids.length);
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect(newId("cmd") > ids[0]!).toBe(true);
});

it("nobody but owner, admin and the bot itself may manage a bot", () => {
  const roles = fc.constantFrom("user", "moderator", "admin");
  const scopes = fc.constantFrom("read", "operate", "admin");
  fc.assert(
    fc.property(fc.nat(3), roles, scopes, fc.option(fc.nat(3)), (user_id, role, scope, owner_id) => {
      const actor = { kind: "user", user_id, role, scope } as UserActor;
      const may = mayOnBot(actor, { id: "b", owner_id });
      const own = role === "admin" || user_id === owner_id;
      expect(may).toBe(own ? (scope === "read" ? "read" : "manage") : role === "moderator" ? "read" : "nothing");
    }),
  );
});
