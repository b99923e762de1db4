import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rights, UserActor } from "@/lib/core/actor";
import { TEAM_ROLES, type TeamRole } from "@/lib/core/contract.roles";
import { canSee, includes, reaches, roleOnBot, visibleBots } from "./access";

const SCOPES = ["read", "operate", "admin"] as const;
const role = fc.constantFrom(...TEAM_ROLES);
const rights: fc.Arbitrary<Rights> = fc.record({
  teams: fc.array(fc.tuple(fc.integer({ min: 10, max: 13 }), role)).map((teams) => new Map(teams)),
  bots: fc
    .array(
      fc.tuple(
        fc.constantFrom("a", "b", "c"),
        fc.array(fc.record({ role, ends_at: fc.option(fc.integer({ min: 90, max: 110 })) }), { maxLength: 3 }),
      ),
    )
    .map((bots) => new Map(bots)),
});
const bot = fc.record({
  id: fc.constantFrom("a", "b", "c"),
  team_id: fc.option(fc.constantFrom(1, 2, 3, 10, 11, 12, 13)),
});
const NOW = 100;
const rank = (one: TeamRole | null) => (one === null ? -1 : TEAM_ROLES.indexOf(one));

describe("roles on bots", () => {
  it("are the highest of server role, team and grants that have not ended, and viewer for a key that reads", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("user", "moderator", "admin"),
        fc.constantFrom(...SCOPES),
        rights,
        bot,
        (user_id, server, scope, held, one) => {
          const actor = { kind: "user", user_id, role: server, scope, rights: held } as UserActor;
          const sources: TeamRole[] = [];
          if (server === "admin") sources.push("owner");
          if (server === "moderator") sources.push("viewer");
          if (one.team_id === user_id) sources.push("owner");
          const member = one.team_id === null ? undefined : held.teams.get(one.team_id);
          if (member) sources.push(member);
          for (const grant of held.bots.get(one.id) ?? [])
            if (grant.ends_at === null || grant.ends_at > NOW) sources.push(grant.role);
          const best = sources.sort((a, b) => rank(b) - rank(a))[0] ?? null;
          expect(roleOnBot(actor, one, NOW)).toBe(best !== null && scope === "read" ? "viewer" : best);
        },
      ),
    );
  });

  it("agree with the scope of lists: a bot is listed exactly if the caller has a role on it", () => {
    fc.assert(
      fc.property(fc.constantFrom("user", "moderator", "admin"), rights, bot, (server, held, one) => {
        // Lists use the clock, so these grants end in the far future or never.
        const bots = new Map(
          [...held.bots].map(([id, all]) => [id, all.map((grant) => ({ ...grant, ends_at: null }))]),
        );
        const actor = { kind: "user", user_id: 1, role: server, scope: "admin", rights: { ...held, bots } };
        const listed = { ...one, team_id: one.team_id ?? (server === "user" ? null : 2) };
        const reader = actor as UserActor & typeof actor;
        expect(includes(visibleBots(reader), listed)).toBe(canSee(reader, listed));
      }),
    );
  });

  it("belong to nobody without an account, and to a bot only on itself", () => {
    const one = { id: "a", team_id: 1 };
    expect(roleOnBot({ kind: "public", ip: "192.0.2.1" }, one)).toBeNull();
    expect(roleOnBot({ kind: "bot", bot_id: "a", team_id: 1, unclaimed: false }, one)).toBe("owner");
    expect(roleOnBot({ kind: "bot", bot_id: "b", team_id: 1, unclaimed: false }, one)).toBeNull();
    expect(TEAM_ROLES.map((least) => reaches(null, least))).toEqual([false, false, false, false]);
  });
});
