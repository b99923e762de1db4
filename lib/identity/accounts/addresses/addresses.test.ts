/** Changing an account's address: the new mailbox confirms it, the old one is notified and can take it back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { confirmEmailChange, getEmailAddress, startEmailChange } from "./contract";

const HOUR = 3_600_000;
const NEW = "moved@example.org";

describe.each(databases)("a change of address on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.clean();
    world.mailServer.isSet = true;
  });

  async function somebody() {
    const person = await world.someone();
    await world.settled();
    world.mails.length = 0;
    world.facts.length = 0;
    return person;
  }
  const start = async (actor: UserActor, email = NEW) =>
    startEmailChange.response.parse({ success: true, ...(await world.addresses.startEmailChange(actor, email)) });
  const state = async (actor: UserActor) => getEmailAddress.response.parse(await world.addresses.emailAddress(actor));
  const mailTo = (address: string) => world.mails.findLast(({ to }) => to === address)?.text ?? "";
  const confirmToken = (address = NEW) => decodeURIComponent(/confirm-email\?token=(\S+)/.exec(mailTo(address))![1]!);
  const notMe = (address: string) => decodeURIComponent(/not-me\?token=(\S+)/.exec(mailTo(address))![1]!);
  const confirm = async (token: string) =>
    confirmEmailChange.response.parse({ success: true, ...(await world.addresses.confirmEmailChange(token)) });
  const refused = { code: "INVALID_INPUT", details: { field: "token" } };

  it("takes place when the link in the new mailbox is opened, once", async () => {
    const { actor, email, username, id } = await somebody();
    const { pending } = await start(actor);
    expect(await state(actor)).toEqual({ email, verified: false, pending });
    expect(await world.users.find(id)).toMatchObject({ email });
    const token = confirmToken();
    expect(await confirm(token)).toEqual({ success: true, username, email: NEW });
    expect(await state(actor)).toEqual({ email: NEW, verified: true, pending: null });
    expect(world.facts).toEqual([["account.secured", { user_id: id, change: "email", name: NEW }]]);
    await expect(confirm(token)).rejects.toMatchObject(refused);
    await expect(world.signIn.login({ username: NEW, password: PASSWORD }, CLIENT)).resolves.toBeTruthy();
  });

  it("stores hashes of its links alone", async () => {
    const { actor, email } = await somebody();
    await start(actor);
    for (const [table, token] of [
      ["email_change", confirmToken()],
      ["notice_link", notMe(email)],
    ] as const)
      expect(JSON.stringify(await world.database.all(`SELECT * FROM ${table}`))).not.toContain(token);
  });

  it("notifies the old address before and after, by mails that it need not have verified", async () => {
    const { actor, email, id } = await somebody();
    await world.run(`UPDATE "user" SET email_verified = 1 WHERE id = ${id}`);
    await start(actor);
    expect(world.mails.map(({ to, kind }) => [to, kind])).toEqual([
      [NEW, "verification"],
      [email, "notification"],
    ]);
    await confirm(confirmToken());
    expect(world.mails.at(-1)).toMatchObject({ to: email, kind: "notification", isConfirmed: true });
    expect(world.mails.at(-1)!.text).toContain(NEW);
  });

  it("ends links that were mailed to the old address", async () => {
    const { actor, email } = await somebody();
    world.password.forgot({ email });
    await world.settled();
    const reset = decodeURIComponent(/reset\?token=(\S+)/.exec(mailTo(email))![1]!);
    await start(actor);
    await confirm(confirmToken());
    const use = world.password.reset({ token: reset, new_password: `${PASSWORD} two` });
    await expect(use).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("can be cancelled, and a second one replaces the first", async () => {
    const { actor } = await somebody();
    await start(actor, "first@example.org");
    await start(actor);
    await expect(confirm(confirmToken("first@example.org"))).rejects.toMatchObject(refused);
    await world.addresses.cancelEmailChange(actor);
    await expect(confirm(confirmToken())).rejects.toMatchObject(refused);
    await world.addresses.cancelEmailChange(actor);
    expect(await state(actor)).toMatchObject({ pending: null });
  });

  it("expires after a day, and has one winner when its link is opened twice at once", async () => {
    const { actor } = await somebody();
    await start(actor);
    const uses = await Promise.allSettled([confirm(confirmToken()), confirm(confirmToken())]);
    expect(uses.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await start(actor, "late@example.org");
    world.clock.at += 24 * HOUR;
    expect(await state(actor)).toMatchObject({ pending: null });
    await expect(confirm(confirmToken("late@example.org"))).rejects.toMatchObject(refused);
  });

  it("is begun three times an hour at most", async () => {
    const { actor } = await somebody();
    for (const at of [1, 2, 3]) await start(actor, `at${at}@example.org`);
    await expect(start(actor)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    world.clock.at += HOUR + 1;
    await start(actor);
  });

  it("answers the same for an address with an account, whose owner is notified by mail", async () => {
    const [owner, { actor }] = [await somebody(), await somebody()];
    const free = await start(actor);
    const taken = await start(actor, owner.email.toUpperCase());
    expect(Object.keys(taken.pending)).toEqual(Object.keys(free.pending));
    expect(taken.message.replace(owner.email.toUpperCase(), NEW)).toBe(free.message);
    expect(mailTo(owner.email)).not.toContain("token=");
    expect(await state(actor)).toMatchObject({ pending: { email: owner.email.toUpperCase() } });
  });

  it("fails when somebody else got the address meanwhile", async () => {
    const { actor } = await somebody();
    await start(actor);
    await world.signIn.register({ username: "faster", email: NEW, password: PASSWORD });
    await expect(confirm(confirmToken())).rejects.toMatchObject(refused);
  });

  it("is closed to API keys, and needs another address", async () => {
    const { actor, email } = await somebody();
    const { session_id: _, ...key } = actor;
    await expect(start({ ...key, key_id: "k" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(start(actor, email)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "email" } });
  });

  describe("in the form of a profile", () => {
    it("begins beside the other fields, with a fresh proof", async () => {
      const { actor, email, id } = await somebody();
      const saved = await world.user.updateProfile(actor, { email: NEW, fullname: "Ada L." });
      expect(saved.email_change).toMatchObject({ email: NEW });
      expect(await world.users.find(id)).toMatchObject({ email, fullname: "Ada L." });
      world.clock.at += HOUR;
      const late = world.user.updateProfile(actor, { email: "other@example.org", fullname: "Eve" });
      await expect(late).rejects.toMatchObject({ code: "STEP_UP_REQUIRED" });
      expect(await world.users.find(id)).toMatchObject({ fullname: "Ada L." });
    });

    it("is none with the stored address, in any letter case and however old the session", async () => {
      const { actor, email } = await somebody();
      world.clock.at += HOUR;
      const saved = await world.user.updateProfile(actor, { email: email.toUpperCase(), phone: "1" });
      expect(saved).toEqual({ version: 1 });
      expect(world.mails).toEqual([]);
    });

    it("refuses what is no address, and a body without a field", async () => {
      const { actor } = await somebody();
      const wrong = world.user.updateProfile(actor, { email: "nobody" });
      await expect(wrong).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "email" } });
      await expect(world.user.updateProfile(actor, {})).rejects.toMatchObject({
        message: expect.stringMatching(/^No fields to update/),
      });
    });
  });

  describe("that the owner did not make", () => {
    it("ends with the password, by whichever way another is set", async () => {
      for (const way of ["change", "reset"] as const) {
        const { actor, email } = await somebody();
        await start(actor, `${way}@example.org`);
        const token = confirmToken(`${way}@example.org`);
        const new_password = `${PASSWORD} two`;
        if (way === "change") await world.password.change(actor, { old_password: PASSWORD, new_password });
        else {
          world.password.forgot({ email });
          await world.settled();
          const reset = decodeURIComponent(/reset\?token=(\S+)/.exec(mailTo(email))![1]!);
          await world.password.reset({ token: reset, new_password });
        }
        expect(await state(actor)).toMatchObject({ email, pending: null });
        await expect(confirm(token)).rejects.toMatchObject(refused);
      }
    });

    it("cannot be made final by an account that takes the old address, for seven days", async () => {
      const { actor, email } = await somebody();
      await start(actor);
      await confirm(confirmToken());
      const notice = notMe(email);
      const squat = () => world.signIn.register({ username: "squatter", email, password: PASSWORD });
      await expect(squat()).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "email" } });
      expect(await world.notices.disown(notice)).toMatchObject({ email_restored: true });
      await start(actor);
      await confirm(confirmToken());
      world.clock.at += 7 * 24 * HOUR;
      await expect(squat()).resolves.toBeTruthy();
    });

    it("leaves the account itself its way back to the old address", async () => {
      const { actor, email } = await somebody();
      await start(actor);
      await confirm(confirmToken());
      await start(actor, email);
      expect(await confirm(confirmToken(email))).toMatchObject({ email });
    });

    it("is cancelled by the notice before it", async () => {
      const { actor, email } = await somebody();
      await start(actor);
      const token = confirmToken();
      expect(await world.notices.disown(notMe(email))).toMatchObject({ email_restored: false });
      await expect(confirm(token)).rejects.toMatchObject(refused);
    });

    it("is taken back by either notice, and the link to choose a password goes to the old address", async () => {
      for (const which of ["before", "after"] as const) {
        await world.clean();
        world.mailServer.isSet = true;
        const { actor, email, id } = await somebody();
        await start(actor);
        const links = { before: notMe(email), after: "" };
        await confirm(confirmToken());
        links.after = notMe(email);
        expect(await world.notices.disown(links[which])).toMatchObject({ email_restored: true, reset_sent: true });
        expect(await world.users.find(id)).toMatchObject({ email, password_hash: null });
        expect(world.mails.at(-1)).toMatchObject({ isConfirmed: true, to: email });
        await expect(world.notices.disown(links.before)).rejects.toMatchObject(refused);
        await expect(world.notices.disown(links.after)).rejects.toMatchObject(refused);
      }
    });

    it("ends the links that went to the stranger's mailbox, but not the owner's from before", async () => {
      const { actor, email, id } = await somebody();
      await start(actor);
      await confirm(confirmToken());
      const owners = notMe(email);
      world.clock.at += 1;
      await start(actor, "third@example.org");
      await confirm(confirmToken("third@example.org"));
      const strangers = notMe(NEW);
      await world.notices.disown(strangers);
      expect(await world.users.find(id)).toMatchObject({ email: NEW });
      expect(await world.notices.disown(owners)).toMatchObject({ email_restored: true });
      expect(await world.users.find(id)).toMatchObject({ email });
    });
  });
});
