/** Notices about an account's security, and "That wasn't me". */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { disownChange } from "./contract";

const DAY = 86_400_000;
const OTHER = { ip: "198.51.100.7", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };

describe.each(databases)("notices on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const tokenOf = (link: string) => decodeURIComponent(/\/not-me\?token=(\S+)$/.exec(link)![1]!);
  const disown = async (token: string) => disownChange.response.parse(await world.notices.disown(token));
  const notices = () => world.facts.flatMap(([name, fact]) => (name === "account.secured" ? [fact] : []));
  const signIn = (username: string, client: Parameters<World["signIn"]["login"]>[1], otp?: string) =>
    world.signIn.login({ username, password: PASSWORD, otp }, client);

  describe("of a sign-in", () => {
    const notice = (user_id: number) => ({
      ...{ user_id, change: "new_sign_in", name: "Firefox on Linux, 198.51.100.7" },
    });

    it("are silent for an account's first sign-in, and for the same client again", async () => {
      const { username } = await world.someone();
      await signIn(username, CLIENT);
      expect(notices()).toEqual([]);
    });

    it("are made for an unknown client, once", async () => {
      const { username, id } = await world.someone();
      await signIn(username, OTHER);
      await signIn(username, OTHER);
      expect(notices()).toEqual([notice(id)]);
    });

    it("are not made for a device that is known by its cookie, from any network and after a new password", async () => {
      const { username, actor } = await world.someone();
      const { device } = await signIn(username, CLIENT);
      await world.password.change(actor, { old_password: PASSWORD, new_password: `${PASSWORD} two` });
      world.facts.length = 0;
      const moved = { ...OTHER, devices: [device!] };
      await world.signIn.login({ username, password: `${PASSWORD} two` }, moved);
      expect(notices()).toEqual([]);
    });

    it("are made for a device that is known to another account", async () => {
      const [eve, ada] = [await world.someone(), await world.someone()];
      const { device } = await signIn(eve.username, CLIENT);
      await signIn(ada.username, { ...OTHER, devices: [device!] });
      expect(notices()).toEqual([notice(ada.id)]);
    });

    it("are made for a wrong code behind the right password, not for a wrong password", async () => {
      const { username, actor, id } = await world.someone();
      const { secret } = await world.secondFactor.startSecondFactor(actor, { password: PASSWORD });
      await world.secondFactor.confirmSecondFactor(actor, { otp: appCode(secret, world.clock.at) });
      world.facts.length = 0;
      await expect(world.signIn.login({ username, password: "wrong", otp: "000000" }, CLIENT)).rejects.toThrow();
      expect(notices()).toEqual([]);
      await expect(signIn(username, CLIENT, "000000")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      expect(notices()).toEqual([{ user_id: id, change: "wrong_code", name: "" }]);
    });
  });

  describe('"That wasn\'t me"', () => {
    it("ends sessions and keys, makes the password unusable and mails a link for another", async () => {
      const { username, email, id, actor, sessionToken } = await world.someone();
      const { secret } = await world.own.createKey(actor, { name: "k", scope: "read", expires_in_days: null });
      await signIn(username, CLIENT);
      world.shared.push({ bot_id: "bot_1", shared_with: "eve" });
      const link = await world.notices.noticeLink(id);
      world.facts.length = 0;
      expect(await disown(tokenOf(link))).toEqual({
        ...{ success: true, username, ended: { sessions: 2, api_keys: 1 } },
        ...{ email_restored: false, reset_sent: true, linked: [], passkeys: [], remaining: [] },
        removal_token: expect.stringMatching(/^nm_/),
        shared_bots: [{ bot_id: "bot_1", shared_with: "eve" }],
      });
      expect(world.facts).toEqual([["access.revoked", { user_id: id }]]);
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.byBearer(secret)).toBeNull();
      await expect(signIn(username, CLIENT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      const mail = world.mails.at(-1)!;
      expect(mail).toMatchObject({ isConfirmed: true, to: email });
      const token = decodeURIComponent(/reset\?token=(\S+)/.exec(mail.text)![1]!);
      await world.password.reset({ token, new_password: `${PASSWORD} two` });
      await expect(world.signIn.login({ username, password: `${PASSWORD} two` }, CLIENT)).resolves.toBeTruthy();
      world.shared.length = 0;
    });

    it("works once, also when it is used twice at once, and for seven days", async () => {
      const { id } = await world.someone();
      const once = tokenOf(await world.notices.noticeLink(id));
      const uses = await Promise.allSettled([disown(once), disown(once)]);
      expect(uses.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const late = tokenOf(await world.notices.noticeLink(id));
      world.clock.at += 7 * DAY;
      for (const token of [once, late, "nm_unknown"])
        await expect(disown(token)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "token" } });
    });

    it("lists what else can sign in, and mails nothing for a deactivated account", async () => {
      const { id } = await world.someone();
      await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);
      await world.run(
        `INSERT INTO account (id, user_id, type, provider, provider_account_id, founding, username) VALUES ('a', ${id}, 'oauth', 'github', '7', 0, 'ada')`,
      );
      expect(await disown(tokenOf(await world.notices.noticeLink(id)))).toMatchObject({
        ...{ reset_sent: false, linked: [{ provider: "github", username: "ada" }] },
      });
      expect(world.mails).toEqual([]);
    });

    it("removes what remains one by one, the last way to sign in included, for half an hour", async () => {
      const { id } = await world.someone();
      await world.run(
        `INSERT INTO account (id, user_id, type, provider, provider_account_id, founding, username) VALUES ('b', ${id}, 'oauth', 'github', '8', 0, 'eve')`,
      );
      await world.run(
        `INSERT INTO passkey (id, user_id, name, credential_id, public_key, user_handle, counter, transports, is_synced, created_at) VALUES ('pk', ${id}, 'Phone', 'c', 'k', 'h', 0, '[]', 0, 1)`,
      );
      world.serviceKeys.push({ id: "tkey_1", name: "deploy", details: ["Night shift"] });
      const { remaining, removal_token } = await disown(tokenOf(await world.notices.noticeLink(id)));
      expect(remaining.map(({ kind, name }) => `${kind}: ${name}`)).toEqual([
        ...["passkey: Phone", "linked: eve (github)", "service_key: deploy (Night shift)"],
      ]);
      const remove = async (one: (typeof remaining)[number]) =>
        disownChange.response.parse(await world.notices.removeRemaining(removal_token, one));
      for (const [at, one] of remaining.entries()) expect((await remove(one)).remaining).toHaveLength(2 - at);
      await expect(remove(remaining[0]!)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(disown(removal_token)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      world.clock.at += 30 * 60_000;
      await expect(remove(remaining[0]!)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "token" } });
    });

    it("removes nothing of another account, nor by the mailed link itself", async () => {
      const [ada, eve] = [await world.someone(), await world.someone()];
      await world.run(
        `INSERT INTO account (id, user_id, type, provider, provider_account_id, founding, username) VALUES ('c', ${ada.id}, 'oauth', 'github', '9', 0, 'ada')`,
      );
      const link = { kind: "linked" as const, id: "c" };
      const mailed = tokenOf(await world.notices.noticeLink(ada.id));
      await expect(world.notices.removeRemaining(mailed, link)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      const { removal_token } = await disown(tokenOf(await world.notices.noticeLink(eve.id)));
      await expect(world.notices.removeRemaining(removal_token, link)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });
  });
});
