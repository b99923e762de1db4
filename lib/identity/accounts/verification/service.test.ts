import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyEmail } from "@/lib/identity/accounts/contract.passwords";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";

const HOUR = 3_600_000;

describe.each(databases)("verification of addresses on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.clean();
    world.mailServer.isSet = true;
  });
  const token = () => decodeURIComponent(/verify\?token=(\S+)/.exec(world.mails.at(-1)!.text)![1]!);
  async function newcomer() {
    const person = await world.someone();
    await world.settled();
    return person;
  }

  describe("with open sign-up", () => {
    it("a link is mailed at once and verifies the address: once", async () => {
      const { actor, email, username, id } = await newcomer();
      expect(world.mails).toEqual([expect.objectContaining({ to: email, kind: "verification" })]);
      expect(await world.verification.state(actor)).toEqual({ email, verified: false, required: true });
      const rows = await world.database.all<{ token_hash: string }>("SELECT token_hash FROM email_verification");
      expect(rows[0]!.token_hash).not.toContain(token());
      expect(await world.user.get(actor, String(id))).toMatchObject({ email_verified: false });
      const reply = verifyEmail.response.parse({ success: true, ...(await world.verification.verify(token())) });
      expect(reply).toEqual({ success: true, username, email });
      expect(await world.verification.state(actor)).toMatchObject({ verified: true });
      expect(await world.user.get(actor, String(id))).toMatchObject({ email_verified: true });
      await expect(world.verification.verify(token())).rejects.toMatchObject({ details: { field: "token" } });
      await expect(world.verification.resend(actor)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("has one winner when a link is used twice at once", async () => {
      await newcomer();
      const uses = await Promise.allSettled([world.verification.verify(token()), world.verification.verify(token())]);
      expect(uses.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("refuses a link after 24 hours, an unknown one, and one of an address the account no longer has", async () => {
      const { id } = await newcomer();
      await expect(world.verification.verify("mv_unknown")).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await world.run(`UPDATE "user" SET email = 'other@example.org' WHERE id = ${id}`);
      await expect(world.verification.verify(token())).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await newcomer();
      world.clock.at += 24 * HOUR;
      await expect(world.verification.verify(token())).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("sends three links an hour at most", async () => {
      const { actor } = await newcomer();
      await world.verification.resend(actor);
      await world.verification.resend(actor);
      await expect(world.verification.resend(actor)).rejects.toMatchObject({ code: "RATE_LIMITED" });
      expect(world.mails).toHaveLength(3);
      world.clock.at += HOUR + 1;
      await world.verification.resend(actor);
      expect(world.mails).toHaveLength(4);
    });

    it("a password reset by mail proves the address too", async () => {
      const { actor, email } = await newcomer();
      world.password.forgot({ email });
      await world.settled();
      const reset = decodeURIComponent(/reset\?token=(\S+)/.exec(world.mails.at(-1)!.text)![1]!);
      await world.password.reset({ token: reset, new_password: `${PASSWORD} two` });
      expect(await world.verification.state(actor)).toMatchObject({ verified: true });
    });

    it("without a mail server nothing is sent and nothing is asked for", async () => {
      world.mailServer.isSet = false;
      const { actor } = await newcomer();
      expect(world.mails).toEqual([]);
      expect(await world.verification.state(actor)).toMatchObject({ verified: true, required: false });
      await expect(world.verification.resend(actor)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("accounts of the environment need none", async () => {
      await world.setup({ API_ADMIN_USER: "root", API_ADMIN_PASS: PASSWORD }).bootstrap();
      expect(await world.users.findByLogin("root")).toMatchObject({ email_verified: world.clock.at });
    });
  });

  describe("with sign-up by verification", () => {
    const ada = { username: "ada", email: "ada@example.org", password: PASSWORD };
    const canSignIn = (username: string, password = PASSWORD) =>
      world.signIn.login({ username, password }, CLIENT).then(
        () => true,
        () => false,
      );
    async function signUp(account: typeof ada) {
      const answer = await world.signInWith("verified").register(account);
      await world.settled();
      return answer;
    }

    it("the account begins with the link, verified", async () => {
      expect(await signUp(ada)).toEqual({ isPending: true });
      expect(await canSignIn("ada")).toBe(false);
      expect(await world.users.list()).toEqual([]);
      expect(await world.verification.verify(token())).toEqual({ username: "ada", email: ada.email });
      expect(await canSignIn("ada")).toBe(true);
      expect(await world.users.findByLogin("ada")).toMatchObject({ email_verified: world.clock.at });
      await expect(world.verification.verify(token())).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("an address in use answers the same, and its owner is told by mail", async () => {
      const owner = await world.someone();
      const free = await signUp(ada);
      const taken = await signUp({ ...ada, username: "eve", email: owner.email });
      expect(taken).toEqual(free);
      const notice = world.mails.at(-1)!;
      expect(notice).toMatchObject({ to: owner.email, kind: "verification" });
      expect(notice.text).toContain(owner.username);
      expect(notice.text).not.toContain("token=");
      // Nor can a second try tell: neither username is taken.
      expect(await signUp({ ...ada, email: "second@example.org" })).toEqual(free);
      expect(await signUp({ ...ada, username: "eve", email: "third@example.org" })).toEqual(free);
    });

    it("of two that wait for one name the first to open the link has it", async () => {
      await signUp(ada);
      const first = token();
      await signUp({ ...ada, email: "other@example.org" });
      const second = token();
      await world.verification.verify(second);
      await expect(world.verification.verify(first)).rejects.toMatchObject({ details: { field: "token" } });
      expect(await world.users.findByLogin("ada")).toMatchObject({ email: "other@example.org" });
    });
  });

  it("nobody signs up before there is an admin", async () => {
    const early = world.signInWith("unclaimed").register({ username: "eve", email: "e@b.org", password: PASSWORD });
    await expect(early).rejects.toMatchObject({ code: "FORBIDDEN", message: expect.stringContaining("setup link") });
    expect(await world.users.list()).toEqual([]);
  });
});
