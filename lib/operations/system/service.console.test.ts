/** The console read: pages learn about the server by it, and callers who they are. */
import { expect, it } from "vitest";
import type { KeyLimits, UserActor } from "@/lib/core/actor";
import { actor } from "@/tests/actors";
import { createConsole } from "./service.console";

const profile = { id: 7, username: "ada", email: "ada@example.org", email_verified: true };
const describeConsole = createConsole({
  accounts: {
    get: async () => profile,
    signup: async () => "open",
    acceptsPasswords: true,
    hasPasskeys: () => false,
    lacksSecondFactor: async () => false,
    needsNewPassword: async () => false,
    countWeakPasswords: async () => 0,
  },
  config: { section: async () => ({}) },
  discord: { available: () => false },
  sso: { listed: () => [] },
  tasks: { mayStart: () => true },
  mail: { status: () => ({ mode: "smtp" }) },
  botTotals: async (visible: { bots: string[] } | undefined) => ({ bots: visible?.bots.length ?? 0 }),
} as never);
const keyWith = (limits: KeyLimits): UserActor => ({ ...actor(7), key_id: "key_1", limits });

it("names its owner to a key that may read the account, and to no other", async () => {
  for (const limits of [{ areas: new Set(["bots:read"] as const) }, { bots: new Set(["bot_1"]) }])
    expect(await describeConsole(keyWith(limits))).toMatchObject({ user: null, signup: "open" });
  for (const caller of [actor(7), keyWith({ areas: new Set(["account:read"] as const) })])
    expect((await describeConsole(caller)).user).toMatchObject({ email: "ada@example.org", has_bots: false });
});

it("says that a person has bots once there is one to see, and always to staff", async () => {
  const grant = { role: "viewer", ends_at: null } as never;
  const guest: UserActor = { ...actor(7), rights: { teams: new Map(), bots: new Map([["bot_1", [grant]]]) } };
  const admin: UserActor = { ...actor(7), role: "admin" };
  for (const caller of [guest, admin]) expect((await describeConsole(caller)).user?.has_bots).toBe(true);
});
