import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changePassword, resetPassword } from "@/lib/identity/accounts/contract.passwords";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";

const NEW = "a different long password";
const UNKNOWN = { kind: "public", ip: "192.0.2.1" } as const;
const BOT = { kind: "bot", bot_id: "bot_1", team_id: 1, unclaimed: false } as const;

describe.each(databases)("passwords on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const canSignIn = (username: string, password: string) =>
    world.signIn.login({ username, password }, CLIENT).then(
      () => true,
      () => false,
    );

  describe("change password", () => {
    it("replaces it and ends every session", async () => {
      const { actor, username, sessionToken, id } = await world.someone();
      const other = await world.signIn.login({ username, password: PASSWORD }, CLIENT);
      await world.password.change(actor, { old_password: PASSWORD, new_password: NEW });
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.bySessionToken(other.sessionToken)).toBeNull();
      expect(world.facts).toEqual([
        ["access.revoked", { user_id: id }],
        ["account.secured", { user_id: id, change: "password", name: "" }],
      ]);
      expect(await canSignIn(username, PASSWORD)).toBe(false);
      expect(await canSignIn(username, NEW)).toBe(true);
    });

    it("revokes API keys only when asked to", async () => {
      const { actor, username } = await world.someone();
      const key = () => world.own.createKey(actor, { name: "k", scope: "read", expires_in_days: null });
      const { secret } = await key();
      await key();
      const kept = await world.password.change(actor, { old_password: PASSWORD, new_password: NEW });
      expect(changePassword.response.parse(kept)).toEqual({
        success: true,
        ended: { sessions: 1, api_keys: 0 },
        linked: [],
      });
      expect(await world.identity.byBearer(secret)).not.toBeNull();
      await world.signIn.login({ username, password: NEW }, CLIENT);
      const input = { old_password: NEW, new_password: PASSWORD, end_api_keys: true };
      expect((await world.password.change(actor, input)).ended).toEqual({ sessions: 1, api_keys: 2 });
      expect(await world.identity.byBearer(secret)).toBeNull();
    });

    it.each([
      ["old_password", { old_password: "wrong", new_password: NEW }],
      ["new_password", { old_password: PASSWORD, new_password: PASSWORD }],
    ])("refuses a bad %s with INVALID_INPUT", async (field, input) => {
      const { actor } = await world.someone();
      const change = world.password.change(actor, input);
      await expect(change).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field } });
    });

    it("locks after five wrong old passwords", async () => {
      const { actor } = await world.someone();
      const guess = () => world.password.change(actor, { old_password: "wrong", new_password: NEW });
      for (let tries = 0; tries < 5; tries++) await expect(guess()).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await expect(guess()).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfter: 60 });
    });

    it("is closed to bots, to the public and to keys below scope admin", async () => {
      const { actor } = await world.someone();
      const input = { old_password: PASSWORD, new_password: NEW };
      for (const caller of [UNKNOWN, BOT])
        await expect(world.password.change(caller, input)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      const key = { ...actor, scope: "operate" } as const;
      await expect(world.password.change(key, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });
  });

  describe("forgotten password", () => {
    const ask = async (email: string) => {
      world.password.forgot({ email });
      await world.settled();
    };
    const token = () => decodeURIComponent(/token=(\S+)/.exec(world.mails.at(-1)!.text)![1]!);

    it("is reset by the mailed link: once, within an hour, ending every session, API key and lock", async () => {
      const { email, username, sessionToken, actor, id } = await world.someone();
      const { secret } = await world.own.createKey(actor, { name: "k", scope: "read", expires_in_days: null });
      const discord = { provider: "discord", id: "42", username: "nelly", discriminator: "0", avatar: null } as const;
      await world.provider.linkIdentity(actor, discord);
      for (let tries = 0; tries < 5; tries++) await canSignIn(username, "wrong");
      await ask(email);
      expect(world.mails).toEqual([expect.objectContaining({ to: email })]);
      expect(world.mails[0]!.text).toContain("https://bots.example.org/reset?token=");
      const link = token();
      const reset = await world.password.reset({ token: link, new_password: NEW });
      expect(resetPassword.response.parse(reset)).toEqual({
        success: true,
        ended: { sessions: 1, api_keys: 1 },
        linked: [{ provider: "discord", username: "nelly" }],
      });
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.byBearer(secret)).toBeNull();
      expect(await world.own.listKeys({ ...actor, user_id: id })).toMatchObject({ count: 0 });
      expect(await canSignIn(username, NEW)).toBe(true);
      const again = world.password.reset({ token: link, new_password: PASSWORD });
      await expect(again).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "token" } });
    });

    it("has one winner when a link is used twice at once", async () => {
      const { email } = await world.someone();
      await ask(email);
      const link = token();
      const uses = [NEW, `${NEW}!`].map((new_password) => world.password.reset({ token: link, new_password }));
      const results = await Promise.allSettled(uses);
      expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("keeps only the token's hash, and refuses it after an hour", async () => {
      const { email } = await world.someone();
      await ask(email);
      const rows = await world.database.all<{ token_hash: string }>("SELECT token_hash FROM password_reset");
      expect(rows[0]!.token_hash).not.toContain(token());
      world.clock.at += 3_600_001;
      const late = world.password.reset({ token: token(), new_password: NEW });
      await expect(late).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("sends nothing to unknown addresses and deactivated accounts, and three mails an hour at most", async () => {
      const { email, id } = await world.someone();
      await ask("nobody@example.org");
      expect(world.mails).toEqual([]);
      for (let tries = 0; tries < 5; tries++) await ask(email);
      expect(world.mails).toHaveLength(3);
      world.clock.at += 3_600_001;
      await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);
      await ask(email);
      expect(world.mails).toHaveLength(3);
    });
  });
});
