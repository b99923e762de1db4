/** Rights on tickets, as pure functions. */
import { describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";
import { isAnswerer, maySee, noteOf, partyOf, seesNote, visibleTickets } from "./policy";

const TEAM = 900_000_000;
const BOT = { id: "b1", team_id: TEAM };
const OF_BOT = { owner_id: null, bot_id: "b1" };
const OF_ADA = { owner_id: 7, bot_id: null };

const person = (over: Partial<UserActor> = {}, role?: TeamRole): UserActor => ({
  ...{
    kind: "user",
    user_id: 7,
    username: "ada",
    email: "",
    fullname: "",
    role: "user",
    scope: "admin",
    created_at: "",
  },
  rights: { teams: new Map(role && [[TEAM, role]]), bots: new Map() },
  ...over,
});
const sees = (actor: UserActor, ticket: typeof OF_BOT | typeof OF_ADA, bot: typeof BOT | undefined = BOT) =>
  maySee(actor, partyOf(actor, "read"), ticket, bot);

describe("tickets of a bot", () => {
  it.each([
    [undefined, false],
    ["viewer", false],
    ["operator", true],
    ["maintainer", true],
    ["owner", true],
  ] as const)("are visible to the team's %s: %s", (role, expected) => {
    expect(sees(person({}, role), OF_BOT)).toBe(expected);
  });

  it("are visible to staff alone once the bot is gone", () => {
    expect(maySee(person({}, "owner"), partyOf(person(), "read"), OF_BOT, undefined)).toBe(false);
    expect(
      maySee(person({ role: "moderator" }), partyOf(person({ role: "moderator" }), "read"), OF_BOT, undefined),
    ).toBe(true);
  });

  it("are visible to an operator's key that may only read", () => {
    expect(sees(person({ scope: "read" }, "operator"), OF_BOT)).toBe(true);
  });

  it("are the only ones of a key that is limited to the bot, whoever owns it", () => {
    for (const role of ["user", "admin"] as const) {
      const key = (bots: string[]) => person({ role, limits: { bots: new Set(bots) } }, "operator");
      expect([sees(key(["b1"]), OF_BOT), sees(key(["b2"]), OF_BOT), sees(key(["b1"]), OF_ADA)]).toEqual([
        true,
        false,
        false,
      ]);
      expect(visibleTickets(key(["b1"]), partyOf(key(["b1"]), "read")).bot_ids).toEqual(["b1"]);
    }
  });
});

it("a person answers tickets of bots, and is the requester of their own", () => {
  const party = partyOf(person({}, "operator"), "read");
  expect([isAnswerer(party, OF_BOT), isAnswerer(party, OF_ADA)]).toEqual([true, false]);
  expect(isAnswerer(partyOf({ kind: "bot", bot_id: "b1", team_id: TEAM, unclaimed: false }, "read"), OF_BOT)).toBe(
    false,
  );
});

it("operators see the notes written for them, staff all, and bots none", () => {
  const [old, shared] = [noteOf(OF_ADA), noteOf(OF_BOT)];
  const seen = (notes: Parameters<typeof seesNote>[0]) => [0, old, shared].map((note) => seesNote(notes, note));
  expect([seen("none"), seen("shared"), seen("all")]).toEqual([
    [true, false, false],
    [true, false, true],
    [true, true, true],
  ]);
});
