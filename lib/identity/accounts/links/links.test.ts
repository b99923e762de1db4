import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getCurrentMember, getUser, verifyToken } from "@/lib/identity/accounts/contract";
import type { SignedIn } from "@/lib/identity/accounts/service.sessions";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import type { Newcomer } from "./service.sign-in";

const NELLY: Newcomer = {
  provider: "discord",
  id: "80351110224678912",
  username: "nelly",
  fullname: "Nelly",
  discriminator: "1337",
  avatar: "https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png",
  email: "Nelly@Example.org",
  emailVerified: true,
};
const BOT = { kind: "bot", bot_id: "bot_1", team_id: 1, unclaimed: false } as const;

describe.each(databases)("accounts by a provider on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  async function entered(who: Newcomer, role?: "user" | "moderator" | "admin"): Promise<SignedIn> {
    const outcome = await world.provider.signInBy(who, role, CLIENT);
    if (typeof outcome === "string" || "ticket" in outcome) throw new Error(`refused: ${JSON.stringify(outcome)}`);
    return outcome;
  }
  const actorOf = async ({ sessionToken }: SignedIn) => (await world.identity.bySessionToken(sessionToken))!;
  const off = (id: number) => world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);

  it.each([
    ["\u200b\u3164", ""],
    ["\u202eNelly\u202c", "Nelly"],
  ])("shows a display name of %j as %j", async (fullname, shown) => {
    expect((await entered({ ...NELLY, fullname })).reply.user.fullname).toBe(shown);
  });

  it("makes a plain user with a session, once", async () => {
    const first = await entered(NELLY);
    expect(first.reply).toMatchObject({
      user: { username: "nelly", email: "nelly@example.org", fullname: "Nelly", role: "user" },
      discord_id: NELLY.id,
      permissions: [],
    });
    const again = await entered({ ...NELLY, username: "nelly2", email: "other@example.org", avatar: null });
    expect(again.reply.user).toEqual(first.reply.user);
    expect(again.sessionToken).not.toBe(first.sessionToken);
    const actor = await actorOf(again);
    expect(await world.provider.linkedIdentity(actor, "discord")).toEqual({
      linked: expect.objectContaining({ id: NELLY.id, username: "nelly2", avatar: null, founding: true }),
      hasPassword: false,
    });
  });

  it("makes one user of two sign-ins at once", async () => {
    const both = await Promise.all([entered(NELLY), entered(NELLY)]);
    expect(both[0].reply.user.id).toBe(both[1].reply.user.id);
  });

  it("finds a name that is free and fits", async () => {
    await world.signIn.register({ username: "Nelly", email: "first@example.org", password: PASSWORD });
    expect((await entered(NELLY)).reply.user.username).toMatch(/^nelly_\w+$/);
    const odd = { ...NELLY, id: "2", username: "✨", email: "star@example.org" };
    expect((await entered(odd)).reply.user.username.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ["email-unverified", { emailVerified: false }],
    ["email-unverified", { email: null }],
    ["email-unverified", { email: "not an address" }],
  ] as const)("refuses with %s: %j", async (why, change) => {
    expect(await world.provider.signInBy({ ...NELLY, ...change }, undefined, CLIENT)).toBe(why);
    expect(await world.users.list()).toEqual([]);
  });

  it("never joins an account because the addresses agree", async () => {
    // The account's creator need not own the address: linking the identity would let both people in.
    await world.signIn.register({ username: "squatter", email: "nelly@example.org", password: PASSWORD });
    expect(await world.provider.signInBy(NELLY, "admin", CLIENT)).toBe("email-taken");
    expect(await world.users.list()).toHaveLength(1);
  });

  it("lets nobody new in while sign-up is closed, but those it knows", async () => {
    expect(await world.closedProvider.signInBy(NELLY, "admin", CLIENT)).toBe("signup-closed");
    await entered(NELLY);
    expect(await world.closedProvider.signInBy(NELLY, undefined, CLIENT)).toMatchObject({ reply: { success: true } });
  });

  it("follows the provider's own setting for new people, but never before the server has an admin", async () => {
    expect(await world.closedProvider.signInBy({ ...NELLY, signup: true }, undefined, CLIENT)).toMatchObject({
      reply: { success: true },
    });
    const odo = { ...NELLY, id: "2", username: "odo", email: "odo@example.org" };
    expect(await world.provider.signInBy({ ...odo, signup: false }, undefined, CLIENT)).toBe("signup-closed");
  });

  it("keeps identities of two providers with the same id apart, and lets one go while the other is left", async () => {
    const [first, second] = [
      { ...NELLY, provider: "oidc:https://a.example" },
      { ...NELLY, provider: "oidc:https://b.example", email: "other@example.org" },
    ];
    const mine = await actorOf(await entered(first));
    expect((await actorOf(await entered(second))).user_id).not.toBe(mine.user_id);
    await world.provider.linkIdentity(mine, { ...NELLY, provider: "github" });
    await world.provider.unlinkIdentity(mine, first.provider);
    expect((await world.provider.linkedIdentities(mine)).links).toMatchObject([{ provider: "github" }]);
    await expect(world.provider.unlinkIdentity(mine, "github")).rejects.toMatchObject({ code: "CONFLICT" });
    expect(world.facts).toContainEqual([
      "account.secured",
      { user_id: mine.user_id, change: "provider_unlinked", name: "nelly (a.example)" },
    ]);
  });

  it("refuses a deactivated account", async () => {
    const { reply } = await entered(NELLY);
    await off(reply.user.id);
    expect(await world.provider.signInBy(NELLY, "admin", CLIENT)).toBe("deactivated");
  });

  describe("roles", () => {
    it("follow the provider at each sign-in, and end the sessions of the old one", async () => {
      await world.someone("admin");
      const admin = await entered(NELLY, "admin");
      expect(admin.reply).toMatchObject({ role: "admin", permissions: ["all"] });
      world.facts.length = 0;
      const user = await entered(NELLY, "user");
      expect(user.reply.role).toBe("user");
      expect(world.facts).toEqual([
        ["access.revoked", { user_id: admin.reply.user.id }],
        ["account.secured", { user_id: admin.reply.user.id, change: "role", name: "user" }],
      ]);
      expect(await world.identity.bySessionToken(admin.sessionToken)).toBeNull();
      expect((await actorOf(user)).role).toBe("user");
    });

    it("stay when the provider was not asked", async () => {
      await world.someone("admin");
      await entered(NELLY, "moderator");
      expect((await entered(NELLY)).reply.role).toBe("moderator");
    });

    it("are never taken from the last admin", async () => {
      await entered(NELLY, "admin");
      expect((await entered(NELLY, "user")).reply.role).toBe("admin");
      expect(world.warnings).toEqual([expect.stringContaining("last one")]);
    });

    it("of an account that was here before stay as they are", async () => {
      const { actor } = await world.someone("moderator");
      expect(await world.provider.linkIdentity(actor, NELLY)).toBe("linked");
      for (const role of ["admin", "user"] as const)
        expect((await entered(NELLY, role)).reply).toMatchObject({ role: "moderator", user: { id: actor.user_id } });
    });
  });

  describe("linking", () => {
    it("opens one's account to the identity, and to nobody else's", async () => {
      const [ada, eve] = [await world.someone(), await world.someone()];
      expect(await world.provider.linkIdentity(ada.actor, NELLY)).toBe("linked");
      expect(await world.provider.linkIdentity(ada.actor, NELLY)).toBe("linked");
      expect(await world.provider.linkIdentity(eve.actor, NELLY)).toBe("taken");
      expect(await world.provider.linkIdentity(ada.actor, { ...NELLY, id: "2" })).toBe("other");
      expect((await entered(NELLY)).reply.user.id).toBe(ada.id);
      expect((await world.signIn.login({ username: ada.username, password: PASSWORD }, CLIENT)).reply.discord_id).toBe(
        NELLY.id,
      );
    });

    it("has one winner when two accounts link the same identity at once", async () => {
      const [ada, eve] = [await world.someone(), await world.someone()];
      const outcomes = await Promise.all([ada, eve].map(({ actor }) => world.provider.linkIdentity(actor, NELLY)));
      expect(outcomes.sort()).toEqual(["linked", "taken"]);
    });

    it("is undone while a password is left", async () => {
      const { actor } = await world.someone();
      await expect(world.provider.unlinkIdentity(actor, "discord")).rejects.toMatchObject({ code: "NOT_FOUND" });
      await world.provider.linkIdentity(actor, NELLY);
      await world.provider.unlinkIdentity(actor, "discord");
      expect((await world.provider.linkedIdentity(actor, "discord")).linked).toBeNull();
      const { user_id } = actor;
      expect(world.facts).toEqual([
        ["account.secured", { user_id, change: "discord_linked", name: "nelly" }],
        ["account.secured", { user_id, change: "discord_unlinked", name: "nelly" }],
      ]);
    });

    it("is not undone when it is the only way in: CONFLICT", async () => {
      const actor = await actorOf(await entered(NELLY));
      await expect(world.provider.unlinkIdentity(actor, "discord")).rejects.toMatchObject({ code: "CONFLICT" });
      expect((await world.provider.linkedIdentity(actor, "discord")).linked).not.toBeNull();
    });

    it("is closed to bots and to keys below scope admin", async () => {
      const { actor } = await world.someone();
      await expect(world.provider.linkIdentity(BOT, NELLY)).rejects.toThrow(/Sign in/);
      await expect(world.provider.linkIdentity({ ...actor, scope: "operate" }, NELLY)).rejects.toThrow(/scope/);
    });
  });

  it("tells of a user in document 003's form, with a picture and without", async () => {
    const nelly = await actorOf(await entered(NELLY, "moderator"));
    const flat = {
      user_id: String(nelly.user_id),
      username: "nelly",
      discriminator: "1337",
      avatar: NELLY.avatar,
      role: "moderator",
      permissions: ["tickets", "users", "analytics"],
    };
    expect(getCurrentMember.response.parse(await world.provider.member(nelly))).toEqual(flat);
    const admin = await world.someone("admin");
    expect(getUser.response.parse(await world.user.getMember(admin.actor, String(nelly.user_id)))).toMatchObject(flat);
    expect(await world.provider.member(admin.actor)).toMatchObject({ discriminator: "0", avatar: null });
    const verified = verifyToken.response.parse(await world.provider.verify(nelly));
    expect(verified).toMatchObject({ valid: true, discord_id: NELLY.id, role: "moderator" });
    await expect(world.provider.verify(BOT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("keeps nothing the provider gave us to call it with", async () => {
    await entered(NELLY);
    const [row] = await world.database.all<Record<string, unknown>>("SELECT * FROM account");
    expect(row).toMatchObject({ access_token: null, refresh_token: null, id_token: null });
  });
});
