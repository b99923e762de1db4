import fc from "fast-check";
import { expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { mayOnBot } from "./access";

it("only the owner, an admin and the bot itself may manage a bot", () => {
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
