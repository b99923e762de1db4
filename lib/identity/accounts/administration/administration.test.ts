import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { createResetLink, createUser, listUserSessions } from "./contract";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ADA = { username: "ada", email: "ada@example.org", fullname: "Ada", role: "moderator" } as const;
const tokenOf = (link: string | null) => decodeURIComponent(new URL(link!).searchParams.get("token")!);

describe.each(databases)("the administration of accounts on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const canSignIn = (password: string) =>
    world.signIn.login({ username: "ada", password }, CLIENT).then(
      () => true,
      () => false,
    );

  describe("a new account", () => {
    it("gets its password by a link that works once, within seven days", async () => {
      const { actor } = await world.someone("admin");
      const made = await world.administration.createUser(actor, { ...ADA, delivery: "link" });
      expect(() => createUser.response.parse({ success: true, ...made })).not.toThrow();
      expect(made).toMatchObject({ user: { username: "ada", role: "moderator", email_verified: false } });
      expect(made.link).toMatch(/^https:\/\/bots\.example\.org\/reset\?token=mr_/);
      expect([world.mails, await canSignIn(PASSWORD)]).toEqual([[], false]);
      world.clock.at += 6 * DAY;
      const reset = { token: tokenOf(made.link), new_password: PASSWORD };
      await world.password.reset(reset);
      expect(await canSignIn(PASSWORD)).toBe(true);
      await expect(world.password.reset(reset)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("gets the link by mail when that is asked for, and the answer does not have it", async () => {
      const { actor } = await world.someone("admin");
      const made = await world.administration.createUser(actor, { ...ADA, delivery: "mail" });
      expect(made.link).toBeNull();
      expect(world.mails).toMatchObject([{ to: "ada@example.org", subject: "Choose your password" }]);
      const token = decodeURIComponent(/token=(\S+)/.exec(world.mails[0]!.text)![1]!);
      await world.password.reset({ token, new_password: PASSWORD });
      expect(await canSignIn(PASSWORD)).toBe(true);
    });

    it.each([
      ["link", false],
      ["mail", true],
    ] as const)("has a verified address only if its link was mailed there: by %s, %s", async (delivery, isVerified) => {
      const { actor } = await world.someone("admin");
      const made = await world.administration.createUser(actor, { ...ADA, delivery });
      const link = made.link ?? /https:\S+/.exec(world.mails[0]!.text)![0];
      await world.password.reset({ token: tokenOf(link), new_password: PASSWORD });
      const [row] = await world.database.all<{ at: number | null }>(
        `SELECT email_verified AS at FROM "user" WHERE username = 'ada'`,
      );
      expect(row!.at !== null).toBe(isVerified);
    });

    it("has a name and an address of its own: INVALID_INPUT", async () => {
      const { actor } = await world.someone("admin");
      await world.administration.createUser(actor, { ...ADA, delivery: "link" });
      const second = world.administration.createUser(actor, { ...ADA, email: "b@example.org", delivery: "link" });
      await expect(second).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "username" } });
    });
  });

  describe("a reset link", () => {
    it("changes nothing until it is used, within a day", async () => {
      const [admin, ada] = [await world.someone("admin"), await world.someone()];
      const made = await world.administration.createResetLink(admin.actor, String(ada.id), "link");
      expect(() => createResetLink.response.parse({ success: true, ...made })).not.toThrow();
      expect(await world.identity.bySessionToken(ada.sessionToken)).not.toBeNull();
      world.clock.at += DAY + 1;
      const late = world.password.reset({ token: tokenOf(made.link), new_password: "another long password" });
      await expect(late).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("does not outlive a deactivation, even when the account is activated again", async () => {
      const [admin, ada] = [await world.someone("admin"), await world.someone()];
      const { link } = await world.administration.createResetLink(admin.actor, String(ada.id), "link");
      await world.user.updateUser(admin.actor, String(ada.id), { is_active: false });
      const other = world.administration.createResetLink(admin.actor, String(ada.id), "link");
      await expect(other).rejects.toMatchObject({ code: "CONFLICT" });
      await world.user.updateUser(admin.actor, String(ada.id), { is_active: true });
      const reset = world.password.reset({ token: tokenOf(link), new_password: "another long password" });
      await expect(reset).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });
  });

  it("lists and ends a user's sessions, one or all, and never the admin's own", async () => {
    const [admin, ada] = [await world.someone("admin"), await world.someone()];
    await world.signIn.login({ username: ada.username, password: PASSWORD }, { ip: "192.0.2.9" });
    const { sessions } = listUserSessions.response.parse(
      await world.administration.listUserSessions(admin.actor, String(ada.id)),
    );
    expect(sessions.map(({ ip }) => ip).sort()).toEqual(["192.0.2.1", "192.0.2.9"]);
    world.facts.length = 0;
    await world.administration.endUserSession(admin.actor, String(ada.id), ada.actor.session_id!);
    expect(world.facts).toEqual([["access.revoked", { user_id: ada.id, session_id: ada.actor.session_id }]]);
    expect(await world.identity.bySessionToken(ada.sessionToken)).toBeNull();
    expect(await world.administration.endUserSessions(admin.actor, String(ada.id))).toBe(1);
    expect(await world.administration.endUserSessions(admin.actor, "me")).toBe(0);
    expect(await world.identity.bySessionToken(admin.sessionToken)).not.toBeNull();
  });

  it("deletes an account that owns no bot, one with bots only with them, and never the admin's own", async () => {
    const [admin, ada] = [await world.someone("admin"), await world.someone()];
    await world.someone("admin");
    world.ownedBots.set(ada.id, [{ id: "bot_1", name: "Greeter" }]);
    const remove = (id: string, delete_bots = false) =>
      world.administration.deleteUser(admin.actor, id, { delete_bots });
    await expect(remove("me")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(remove(String(ada.id))).rejects.toMatchObject({ code: "CONFLICT", details: { count: 1 } });
    await remove(String(ada.id), true);
    expect(await world.users.find(ada.id)).toBeNull();
    expect(await world.identity.bySessionToken(ada.sessionToken)).toBeNull();
  });

  it.each(["user", "moderator"] as const)("is closed to the role %s and to keys below scope admin", async (role) => {
    const { actor } = await world.someone(role);
    const key = { ...(await world.someone("admin")).actor, scope: "operate" } as const;
    for (const caller of [actor, key])
      for (const call of [
        world.administration.createUser(caller, { ...ADA, delivery: "link" }),
        world.administration.createResetLink(caller, "me", "link"),
        world.administration.endUserSessions(caller, "me"),
        world.administration.deleteUser(caller, "me", { delete_bots: true }),
      ])
        await expect(call).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(world.administration.listUserSessions(actor, "me")).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
