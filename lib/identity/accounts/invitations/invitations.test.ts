import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Newcomer } from "@/lib/identity/accounts/links/service.sign-in";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { acceptInvitation, createInvitation, listInvitations } from "./contract";

const DAY = 86_400_000;
const PERSON = { username: "ada", email: "ada@example.org", password: PASSWORD, fullname: "Ada" };

describe.each(databases)("invitations on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  type Admin = Awaited<ReturnType<World["someone"]>>;
  async function invite(over: object = {}, by?: Admin) {
    const admin = by ?? (await world.someone("admin"));
    const made = await world.invitations.createInvitation(admin.actor, createInvitation.body.parse(over));
    expect(() => createInvitation.response.parse({ success: true, ...made })).not.toThrow();
    const link = made.link ?? /https:\S+/.exec(world.mails.at(-1)!.text)![0];
    return { admin, ...made, token: decodeURIComponent(new URL(link).searchParams.get("token")!) };
  }
  const accept = (token: string, over: object = {}) =>
    world.invitations.acceptInvitation(acceptInvitation.body.parse({ token, ...PERSON, ...over }), CLIENT);
  const isOver = { code: "INVALID_INPUT", details: { field: "token" } };

  it("make one account with their role, with sign-up closed too, and sign it in", async () => {
    const { admin, token, invitation } = await invite({ role: "moderator" });
    expect(await world.invitations.lookUpInvitation(token)).toEqual({
      ...{ email: null, role: "moderator", created_by: admin.username, expires_at: invitation.expires_at },
      ...{ team: null, team_role: null },
    });
    const { reply, sessionToken } = await accept(token);
    expect(reply).toMatchObject({ user: { username: "ada", email: "ada@example.org" }, role: "moderator" });
    expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ role: "moderator" });
    await expect(accept(token, { username: "eve", email: "eve@example.org" })).rejects.toMatchObject(isOver);
    const listed = listInvitations.response.parse(await world.invitations.listInvitations(admin.actor, { limit: 50 }));
    expect(listed.invitations).toMatchObject([{ id: invitation.id, state: "accepted", accepted_by: "ada" }]);
  });

  describe("by a provider", () => {
    const IDENTITY = { provider: "github", id: "7", username: "ada", discriminator: "0", avatar: null };
    const newcomer = async (token: string, over: object = {}): Promise<Newcomer> => ({
      ...{ ...IDENTITY, email: PERSON.email, emailVerified: true, fullname: "Ada", signup: false },
      ...{ invitation: await world.invitations.invitationKey(token), ...over },
    });

    it("make one account with their role and a verified address, whose role groups do not change", async () => {
      const { token } = await invite({ role: "moderator", email: "ADA@example.org" });
      const ada = await newcomer(token);
      expect(await world.provider.signInBy(ada, "user", CLIENT)).toMatchObject({
        ...{ invited: { team_id: null }, reply: { role: "moderator", user: { email: PERSON.email } } },
      });
      const [user] = await world.database.all<{ email_verified: number | null; password_hash: string | null }>(
        `SELECT email_verified, password_hash FROM "user" WHERE username = 'ada'`,
      );
      expect([user!.email_verified === null, user!.password_hash]).toEqual([false, null]);
      await expect(world.invitations.invitationKey(token)).rejects.toMatchObject(isOver);
      const again = await world.provider.signInBy({ ...ada, invitation: undefined }, "user", CLIENT);
      expect(again).toMatchObject({ reply: { role: "moderator" }, invited: undefined });
    });

    it("sign an identity in that has an account, and stay open", async () => {
      const [first, second] = [await invite(), await invite()];
      await world.provider.signInBy(await newcomer(first.token), undefined, CLIENT);
      const known = await world.provider.signInBy(await newcomer(second.token), undefined, CLIENT);
      expect(known).toMatchObject({ invited: undefined, reply: { user: { username: "ada" } } });
      await expect(world.invitations.invitationKey(second.token)).resolves.toBeTruthy();
    });

    it("make one account of two sign-ins at once, also of one identity by two invitations", async () => {
      const [one, two] = [await invite(), await invite()];
      const both = await Promise.all([one, two].map(async ({ token }) => newcomer(token)));
      await Promise.all(both.map((who) => world.provider.signInBy(who, undefined, CLIENT)));
      expect(await world.database.all("SELECT id FROM account")).toHaveLength(1);
      expect(await world.database.all("SELECT id FROM invitation WHERE used_at IS NOT NULL")).toHaveLength(1);
    });

    it.each([
      ["invitation-address", { email: "eve@example.org" }],
      ["email-unverified", { emailVerified: false }],
      ["invitation-over", { invitation: "unknown" }],
    ] as const)("answer %s to %j, and stay open", async (why, over) => {
      const { token } = await invite({ email: PERSON.email });
      expect(await world.provider.signInBy(await newcomer(token, over), undefined, CLIENT)).toBe(why);
      await expect(world.invitations.invitationKey(token)).resolves.toBeTruthy();
    });
  });

  it("have one winner when two people use a link at once", async () => {
    const { token } = await invite();
    const uses = ["one", "two"].map((username) => accept(token, { username, email: `${username}@example.org` }));
    const results = await Promise.allSettled(uses);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await world.database.all(`SELECT id FROM "user" WHERE username IN ('one', 'two')`)).toHaveLength(1);
  });

  it("stay open when the name is taken or the password is weak", async () => {
    const { admin, token } = await invite();
    for (const [field, over] of [
      ["username", { username: admin.username }],
      ["email", { email: admin.email }],
      ["password", { password: "password1" }],
    ] as const)
      await expect(accept(token, over)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field } });
    await expect(accept(token)).resolves.toBeTruthy();
  });

  it("by mail prove the address, which is the only one they take", async () => {
    const { token, link } = await invite({ email: "ada@example.org", delivery: "mail" });
    expect([link, world.mails[0]!.to]).toEqual([null, "ada@example.org"]);
    await expect(accept(token, { email: "eve@example.org" })).rejects.toMatchObject({ details: { field: "email" } });
    const { reply } = await accept(token, { email: undefined });
    expect((await world.users.find(reply.user.id))?.email_verified).not.toBeNull();
  });

  it("by link leave the address to be verified", async () => {
    const { token } = await invite({ email: "ada@example.org" });
    const { reply } = await accept(token);
    expect((await world.users.find(reply.user.id))?.email_verified).toBeNull();
  });

  it("end by time, when they are revoked, and when the admin who invited is none any more", async () => {
    const late = await invite();
    world.clock.at += 7 * DAY;
    await expect(accept(late.token)).rejects.toMatchObject(isOver);

    const revoked = await invite({}, late.admin);
    await world.invitations.revokeInvitation(late.admin.actor, String(revoked.invitation.id));
    await expect(accept(revoked.token)).rejects.toMatchObject(isOver);
    const again = world.invitations.revokeInvitation(late.admin.actor, String(revoked.invitation.id));
    await expect(again).rejects.toMatchObject({ code: "NOT_FOUND" });

    const former = await invite({ role: "admin" });
    await world.user.updateUser(late.admin.actor, String(former.admin.id), { role: "user" });
    await expect(accept(former.token)).rejects.toMatchObject(isOver);
    await expect(world.invitations.lookUpInvitation(former.token)).rejects.toMatchObject(isOver);
  });

  it("are stored as hashes, and paged newest first", async () => {
    const first = await invite();
    const second = await invite({}, first.admin);
    const rows = await world.database.all("SELECT * FROM invitation");
    expect(JSON.stringify(rows)).not.toContain(first.token);
    const page = await world.invitations.listInvitations(first.admin.actor, { limit: 1 });
    expect(page.invitations.map(({ id }) => id)).toEqual([second.invitation.id]);
    const rest = { limit: 1, cursor: page.next_cursor! };
    const next = await world.invitations.listInvitations(first.admin.actor, rest);
    expect(next).toMatchObject({ invitations: [{ id: first.invitation.id }], next_cursor: null });
  });

  it.each(["user", "moderator"] as const)("are made, listed and revoked by admins alone: %s", async (role) => {
    const { actor } = await world.someone(role);
    for (const call of [
      world.invitations.createInvitation(actor, createInvitation.body.parse({})),
      world.invitations.listInvitations(actor, { limit: 1 }),
      world.invitations.revokeInvitation(actor, "1"),
    ])
      await expect(call).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
