/** The second factor: set-up, sign-ins with a code, recovery codes, and turning it off. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { compact, newRecoveryCodes, newSecret, stepOf } from "./codes";
import { confirmSecondFactor, getSecondFactor, startSecondFactor } from "./contract";

const STEP_MS = 30_000;
const NELLY = {
  provider: "discord",
  id: "80351110224678912",
  username: "nelly",
  discriminator: "0",
  avatar: null,
} as const;

describe("one-time codes", () => {
  it("are accepted one step early and one late, and no earlier or later", () => {
    const secret = newSecret();
    const at = 1_800_000_000_000;
    const stepsAway = [-2, -1, 0, 1, 2].map((step) => stepOf(secret, appCode(secret, at + step * STEP_MS), at));
    expect(stepsAway).toEqual([undefined, at / STEP_MS - 1, at / STEP_MS, at / STEP_MS + 1, undefined]);
  });

  it.each(["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])("are six ASCII digits: %j is none", (code) => {
    expect(stepOf(newSecret(), code, 0)).toBeUndefined();
  });

  it("are ten recovery codes of 120 random bits, in groups that people can read", () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([a-z2-7]{6}-){3}[a-z2-7]{6}$/);
    expect(compact(" ABCDEF-ghijkl mnopqr-234567 ")).toBe("abcdefghijklmnopqr234567");
  });
});

describe.each(databases)("a second factor on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  type Person = Awaited<ReturnType<World["someone"]>>;
  /** Turns the factor on. Moves the clock on, because a code works only once. */
  async function turnOn({ actor }: Pick<Person, "actor">) {
    const begun = await world.secondFactor.startSecondFactor(actor, { password: PASSWORD });
    const { secret } = startSecondFactor.response.parse({ success: true, ...begun });
    const recovery = await world.secondFactor.confirmSecondFactor(actor, { otp: appCode(secret, world.clock.at) });
    confirmSecondFactor.response.parse({ success: true, recovery_codes: recovery });
    world.clock.at += STEP_MS;
    return { secret, recovery, code: () => appCode(secret, world.clock.at) };
  }
  const signIn = (person: Person, otp?: string, password = PASSWORD, client: object = CLIENT) =>
    world.signIn.login({ username: person.username, password, otp }, client as typeof CLIENT);

  it("is off for everybody until it was confirmed", async () => {
    const ada = await world.someone();
    await world.secondFactor.startSecondFactor(ada.actor, { password: PASSWORD });
    expect(getSecondFactor.response.parse(await world.secondFactor.secondFactor(ada.actor))).toEqual({
      enabled: false,
      enabled_at: null,
      passkeys: 0,
      recovery_codes_left: 0,
    });
    await expect(signIn(ada)).resolves.toBeTruthy();
  });

  it("asks the right password alone for a code, with SECOND_FACTOR_REQUIRED", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    await expect(signIn(ada)).rejects.toMatchObject({ code: "SECOND_FACTOR_REQUIRED", details: { field: "otp" } });
    await expect(signIn(ada, undefined, "wrong")).rejects.toMatchObject({
      code: "UNAUTHORIZED",
      message: "Username or password is wrong",
    });
    await expect(signIn(ada, code(), "wrong")).rejects.toMatchObject({ message: "Username or password is wrong" });
    await expect(signIn(ada, code())).resolves.toMatchObject({ reply: { success: true } });
    expect(await world.secondFactor.secondFactor(ada.actor)).toMatchObject({ enabled: true, recovery_codes_left: 10 });
  });

  it("accepts no code twice, not even of two sign-ins at once", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    const otp = code();
    const both = await Promise.allSettled([signIn(ada, otp), signIn(ada, otp)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(signIn(ada, otp)).rejects.toMatchObject({ code: "UNAUTHORIZED", details: { field: "otp" } });
  });

  it("accepts each recovery code once, and notifies the owner", async () => {
    const ada = await world.someone();
    const { recovery } = await turnOn(ada);
    world.facts.length = 0;
    await signIn(ada, recovery[3]!.toUpperCase().replaceAll("-", " "));
    expect(world.facts).toEqual([["account.secured", { user_id: ada.id, change: "recovery_code_used", name: "" }]]);
    await expect(signIn(ada, recovery[3])).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await world.secondFactor.secondFactor(ada.actor)).toMatchObject({ recovery_codes_left: 9 });
  });

  it("locks after five wrong codes, and right passwords between them do not reset the count", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(signIn(ada, "000000")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      if (attempt < 4) await expect(signIn(ada)).rejects.toMatchObject({ code: "SECOND_FACTOR_REQUIRED" });
    }
    await expect(signIn(ada, code())).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("counts wrong codes by account, whatever devices are known, and after a new password too", async () => {
    const ada = await world.someone();
    const known = await signIn(ada, undefined, PASSWORD, { ...CLIENT, ip: "192.0.2.9" });
    const { code } = await turnOn(ada);
    const clients = [CLIENT, { ...CLIENT, devices: [known.device!] }, { ...CLIENT, ip: "198.51.100.1" }];
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(signIn(ada, "000000", PASSWORD, clients[attempt % 3])).rejects.toMatchObject({
        code: "UNAUTHORIZED",
      });
    await world.throttle.clear(ada.id);
    for (const client of clients)
      await expect(signIn(ada, code(), PASSWORD, client)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("stores neither the secret nor a recovery code in the clear", async () => {
    const ada = await world.someone();
    const { secret, recovery } = await turnOn(ada);
    const rows = JSON.stringify([
      await world.database.all("SELECT secret FROM second_factor"),
      await world.database.all("SELECT code_hash FROM recovery_code"),
    ]);
    for (const text of [secret, ...recovery, ...recovery.map(compact)]) expect(rows).not.toContain(text);
  });

  it("is begun and removed only with the password, and removed only with a code too", async () => {
    const ada = await world.someone();
    await expect(world.secondFactor.startSecondFactor(ada.actor, { password: "wrong" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { field: "password" },
    });
    const { code } = await turnOn(ada);
    const remove = (password: string, otp: string) =>
      world.secondFactor.removeSecondFactor(ada.actor, { password, otp });
    await expect(remove("wrong", code())).rejects.toMatchObject({ details: { field: "password" } });
    await expect(remove(PASSWORD, "000000")).rejects.toMatchObject({ details: { field: "otp" } });
    await remove(PASSWORD, code());
    await expect(signIn(ada)).resolves.toBeTruthy();
    await expect(remove(PASSWORD, code())).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await world.database.all("SELECT * FROM recovery_code")).toEqual([]);
  });

  it("locks its removal after five wrong codes, although the password was right each time", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    const remove = (otp: string) => world.secondFactor.removeSecondFactor(ada.actor, { password: PASSWORD, otp });
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(remove("000000")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(remove(code())).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("cannot be begun again while it is on: CONFLICT", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    await expect(world.secondFactor.startSecondFactor(ada.actor, { password: PASSWORD })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(signIn(ada, code())).resolves.toBeTruthy();
  });

  it("refuses a wrong first code, and a confirmation without a set-up", async () => {
    const ada = await world.someone();
    await expect(world.secondFactor.confirmSecondFactor(ada.actor, { otp: "123456" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await world.secondFactor.startSecondFactor(ada.actor, { password: PASSWORD });
    await expect(world.secondFactor.confirmSecondFactor(ada.actor, { otp: "abcdef" })).rejects.toMatchObject({
      details: { field: "otp" },
    });
  });

  it("replaces recovery codes, so that the old ones stop working", async () => {
    const ada = await world.someone();
    const { recovery, code } = await turnOn(ada);
    const fresh = await world.secondFactor.replaceRecoveryCodes(ada.actor, { password: PASSWORD, otp: code() });
    await expect(signIn(ada, recovery[0])).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(signIn(ada, fresh[0])).resolves.toBeTruthy();
  });

  it("is reset by admins alone, which ends the person's sessions", async () => {
    const [ada, boss] = [await world.someone(), await world.someone("admin")];
    await turnOn(ada);
    await expect(world.secondFactor.resetSecondFactor(ada.actor, String(ada.id))).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await world.secondFactor.resetSecondFactor(boss.actor, String(ada.id));
    expect(await world.identity.bySessionToken(ada.sessionToken)).toBeNull();
    await expect(signIn(ada)).resolves.toBeTruthy();
    await expect(world.secondFactor.resetSecondFactor(boss.actor, String(ada.id))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await turnOn(boss);
    await expect(world.secondFactor.resetSecondFactor(boss.actor, "me")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(signIn(boss)).rejects.toMatchObject({ code: "SECOND_FACTOR_REQUIRED" });
    await expect(world.secondFactor.resetSecondFactor(boss.actor, "999999")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("answers a wrong code, not an error, when the server's key was changed", async () => {
    const ada = await world.someone();
    const { code } = await turnOn(ada);
    await world.run("UPDATE second_factor SET secret = 'sealed with another key'");
    await expect(signIn(ada, code())).rejects.toMatchObject({ code: "UNAUTHORIZED", details: { field: "otp" } });
  });

  describe("of an account that signs in by a provider", () => {
    async function linked() {
      const ada = await world.someone();
      await world.provider.linkIdentity(ada.actor, NELLY);
      const on = await turnOn(ada);
      const came = await world.provider.signInBy(
        { ...NELLY, email: null, emailVerified: false, fullname: "" },
        undefined,
        CLIENT,
      );
      if (typeof came === "string" || !("ticket" in came)) throw new Error("the provider's sign-in needed no code");
      return { ada, ticket: came.ticket, ...on };
    }

    it("gives a ticket that starts a session with the right code alone", async () => {
      const { ada, ticket, code } = await linked();
      await expect(world.secondFactor.finishSignIn(ticket, "000000", CLIENT)).rejects.toMatchObject({
        code: "UNAUTHORIZED",
        details: { field: "otp" },
      });
      const { reply } = await world.secondFactor.finishSignIn(ticket, code(), CLIENT);
      expect(reply.user.id).toBe(ada.id);
    });

    it("refuses a ticket once the second factor was turned off", async () => {
      const { ada, ticket, code } = await linked();
      await world.secondFactor.removeSecondFactor(ada.actor, { password: PASSWORD, otp: code() });
      await expect(world.secondFactor.finishSignIn(ticket, "123456", CLIENT)).rejects.toMatchObject({
        message: expect.stringContaining("begin again"),
      });
    });

    it("refuses a ticket after ten minutes, of another account, or none", async () => {
      const { ticket, code } = await linked();
      const other = await world.someone();
      const [, expires, signature] = ticket.split(".");
      for (const bad of [undefined, "", "x", `${other.id}.${expires}.${signature}`])
        await expect(world.secondFactor.finishSignIn(bad, code(), CLIENT)).rejects.toMatchObject({
          message: expect.stringContaining("begin again"),
        });
      world.clock.at += 600_000;
      await expect(world.secondFactor.finishSignIn(ticket, code(), CLIENT)).rejects.toMatchObject({
        message: expect.stringContaining("begin again"),
      });
    });
  });
});
