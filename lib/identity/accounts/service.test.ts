import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { Email, getMe, login, registerAccount, Username } from "./contract";
import { withoutMix } from "./contract.names";

const MINUTE = 60_000;
const DAY = 86_400_000;

describe.each(databases)("signing in on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const attempt = (username: string, password: string, ip = CLIENT.ip) =>
    world.signIn.login({ username, password }, { ip });

  describe("register", () => {
    it("makes a plain user, even the first", async () => {
      const made = await world.signIn.register({ username: "ada", email: "ada@example.org", password: PASSWORD });
      expect(made.user).toMatchObject({ username: "ada", role: "user", fullname: "" });
      const [row] = await world.database.all<{ password_hash: string }>('SELECT password_hash FROM "user"');
      expect(row!.password_hash).toMatch(/^\$argon2id\$/);
    });

    it.each([
      ["username", { username: "Ada", email: "other@example.org" }],
      ["username", { username: "ADA", email: "other@example.org" }],
      ["email", { username: "other", email: "ada@example.org" }],
    ])("refuses a %s in use with INVALID_INPUT", async (field, over) => {
      const ada = { username: "ada", email: "ada@example.org", password: PASSWORD };
      await world.signIn.register(ada);
      await expect(world.signIn.register({ ...ada, ...over })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        details: { field },
      });
    });

    it("refuses a name that differs in the case of letters no database folds alike", async () => {
      const register = (username: string) =>
        world.signIn.register({
          username,
          email: `${username.length}${username.charCodeAt(0)}@example.org`,
          password: PASSWORD,
        });
      await register("Éva");
      await expect(register("éva")).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "username" } });
      await expect(register("Ёва")).resolves.toBeTruthy();
      await expect(attempt("éVA", PASSWORD)).resolves.toMatchObject({ reply: { user: { username: "Éva" } } });
    });

    it("takes what merely looks like another name for that name", () => {
      const named = (username: string) =>
        registerAccount.body.parse({ username, email: "a@example.org", password: PASSWORD }).username;
      expect(named("ａda")).toBe("ada");
      expect(named("E\u0301va")).toBe("Éva");
      expect(login.body.parse({ username: "ａda", password: PASSWORD }).username).toBe("ada");
    });

    it("takes letters of several scripts only where they stand together in honest names", () => {
      for (const honest of ["ada", "Ёва", "Ελένη", "田中_taro", "kim.민수", "עדה-2"])
        expect(Username.parse(honest), honest).toBe(honest);
      // Cyrillic "а", Greek "ο", Cherokee "Ꭺ".
      for (const mixed of ["аdmin", "rοot", "Ꭺda"])
        expect(Username.safeParse(mixed).error?.issues[0]?.message, mixed).toMatch(/^mixes Latin letters/);
      expect(withoutMix("аdmin")).toBe("_dmin");
    });

    it("lets one of two at once have the name", async () => {
      const ada = { username: "ada", email: "ada@example.org", password: PASSWORD };
      const results = await Promise.allSettled([
        world.signIn.register(ada),
        world.signIn.register({ ...ada, email: "ada2@example.org" }),
      ]);
      expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("says FORBIDDEN and what to do while sign-up is closed", async () => {
      const refused = world
        .signInWith("closed")
        .register({ username: "ada", email: "ada@example.org", password: PASSWORD });
      await expect(refused).rejects.toMatchObject({
        code: "FORBIDDEN",
        message: expect.stringContaining("OPEN_SIGNUP"),
      });
    });
  });

  describe("login", () => {
    it.each(["ada", "Ada", "ada@example.org", "ADA@Example.org"])("takes %s", async (username) => {
      await world.signIn.register({ username: "ada", email: "ada@example.org", password: PASSWORD });
      const { reply } = await attempt(username, PASSWORD);
      expect(login.response.parse(reply)).toMatchObject({
        user: { username: "ada" },
        role: "user",
        discord_id: null,
        permissions: [],
      });
    });

    it("starts another session each time, stored as a hash", async () => {
      const { username, sessionToken } = await world.someone();
      const second = await attempt(username, PASSWORD);
      expect(second.sessionToken).not.toBe(sessionToken);
      const rows = await world.database.all<{ session_token: string }>("SELECT session_token FROM session");
      expect(rows).toHaveLength(2);
      for (const row of rows) expect(row.session_token).toMatch(/^[0-9a-f]{64}$/);
    });

    it("answers the same for a wrong password, an unknown account and one without a password", async () => {
      const { username, id } = await world.someone();
      const wrong = await attempt(username, "wrong").catch((error) => error);
      const unknown = await attempt("nobody", "wrong").catch((error) => error);
      await world.run(`UPDATE "user" SET password_hash = NULL WHERE id = ${id}`);
      const without = await attempt(username, PASSWORD).catch((error) => error);
      for (const error of [wrong, unknown, without])
        expect(error).toMatchObject({ code: "UNAUTHORIZED", message: "Username or password is wrong" });
    });

    it("refuses a deactivated account with UNAUTHORIZED", async () => {
      const { username, id } = await world.someone();
      await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);
      await expect(attempt(username, PASSWORD)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });
  });

  it.each([
    ["  Ada@Example.ORG ", "ada@example.org"],
    ["ada@bücher.example", "ada@xn--bcher-kva.example"],
    ["ada@BÜCHER.example", "ada@xn--bcher-kva.example"],
    ["ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"],
  ])("the address %j is stored as %j, and signs in as typed", async (typed, stored) => {
    expect(Email.parse(typed)).toBe(stored);
    await world.signIn.register({ username: "ada", email: Email.parse(typed), password: PASSWORD });
    await expect(attempt(typed, PASSWORD)).resolves.toMatchObject({ reply: { user: { email: stored } } });
  });

  it.each(["ada@bü/cher.example", "ada@ü@example.org", "ada@bücher", "@bücher.example", "ada@", ""])(
    "%j is no address",
    (typed) => expect(Email.safeParse(typed).success).toBe(false),
  );

  describe("weak passwords", () => {
    const person = { username: "adalovelace", email: "ada.byron@engine.example", fullname: "Augusta King" };
    it.each([
      "password",
      "12345678",
      "Password1",
      "p@ssw0rd",
      "qwertyuiop",
      "aaaaaaaaaaaa",
      "adalovelace",
      "adalovelace1",
      "ada.byron@engine.example",
      "engine.example",
      "adalovelace-adalovelace",
      "muster2026",
    ])("%j is refused at sign-up, change, reset and setup", async (password) => {
      const refusal = (field: string) => ({ code: "INVALID_INPUT", details: { field } });
      const made = world.signIn.register({ ...person, password });
      await expect(made).rejects.toMatchObject(refusal("password"));
      await world.signIn.register({ ...person, password: PASSWORD });
      const { sessionToken } = await attempt(person.username, PASSWORD);
      const actor = (await world.identity.bySessionToken(sessionToken))!;
      const change = world.password.change(actor, { old_password: PASSWORD, new_password: password });
      await expect(change).rejects.toMatchObject(refusal("new_password"));
      world.password.forgot({ email: person.email });
      await world.settled();
      const token = decodeURIComponent(/token=(\S+)/.exec(world.mails.at(-1)!.text)![1]!);
      const reset = world.password.reset({ token, new_password: password });
      await expect(reset).rejects.toMatchObject(refusal("new_password"));
      // The link is still good for a better one.
      await world.password.reset({ token, new_password: `${PASSWORD} two` });
      const setup = world.setup();
      const link = new URL((await setup.bootstrap()).setupLink!).searchParams.get("token")!;
      const owner = { username: person.username, email: person.email, password };
      await expect(setup.claim({ token: link, ...owner }, CLIENT)).rejects.toMatchObject(refusal("password"));
    });

    it("set before they were refused still sign in", async () => {
      const { username, id } = await world.someone();
      await world.run(`UPDATE "user" SET password_hash = '${await world.passwords.hash("password")}' WHERE id = ${id}`);
      await expect(attempt(username, "password")).resolves.toBeTruthy();
    });

    it("a password of 256 characters is judged within bounds", async () => {
      const long = { ...person, password: "P4$$w0rd".repeat(32) };
      await expect(world.signIn.register(long)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });
  });

  describe("passwords with accents", () => {
    const COMPOSED = "caf\u00e9 au lait d'\u00e9t\u00e9";
    const APART = COMPOSED.normalize("NFD");

    it("are the same from every keyboard", async () => {
      await world.signIn.register({ username: "zoe", email: "zoe@example.org", password: APART });
      for (const password of [COMPOSED, APART]) await expect(attempt("zoe", password)).resolves.toBeTruthy();
    });

    it("stored as they were typed before still sign in", async () => {
      const { username, id } = await world.someone();
      const { hash } = await import("@node-rs/argon2");
      await world.run(`UPDATE "user" SET password_hash = '${await hash(APART)}' WHERE id = ${id}`);
      await expect(attempt(username, APART)).resolves.toBeTruthy();
      await expect(attempt(username, COMPOSED)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });
  });

  describe("failed logins", () => {
    const fail = (username: string, ip?: string) => attempt(username, "wrong", ip).catch((error) => error);

    it("slow down, then lock for a minute, then for two", async () => {
      const { username } = await world.someone();
      for (let tries = 0; tries < 5; tries++) expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
      expect(world.slept).toEqual([100, 200, 400, 800, 1600]);
      await expect(attempt(username, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfter: 60 });
      world.clock.at += MINUTE;
      expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
      await expect(attempt(username, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfter: 120 });
      world.clock.at += 2 * MINUTE;
      await expect(attempt(username, PASSWORD)).resolves.toMatchObject({ reply: { success: true } });
      expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
      expect(world.slept.at(-1)).toBe(100);
    });

    it("lock an unknown account just the same", async () => {
      for (let tries = 0; tries < 5; tries++) await fail("nobody");
      expect(await fail("nobody")).toMatchObject({ code: "RATE_LIMITED", retryAfter: 60 });
    });

    it("of strangers lock the account for their own network alone", async () => {
      const { username } = await world.someone("admin");
      for (let tries = 0; tries < 6; tries++) await fail(username, "203.0.113.5");
      await expect(attempt(username, PASSWORD, "203.0.113.5")).rejects.toMatchObject({ code: "RATE_LIMITED" });
      await expect(attempt(username, PASSWORD, "203.0.113.6")).resolves.toBeTruthy();
      expect(world.locks).toEqual(["pair"]);
    });

    it("count username and e-mail address together", async () => {
      const { username, email } = await world.someone();
      for (const name of [username, email, username.toUpperCase(), ` ${email.toUpperCase()} `, username])
        expect(await fail(name)).toMatchObject({ code: "UNAUTHORIZED" });
      for (const name of [username, email])
        await expect(attempt(name, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    });

    it("from many networks lock an account for all but the devices it knows", async () => {
      const { username } = await world.someone();
      const { device } = await attempt(username, PASSWORD);
      const devices = ["nonsense", "a.b", device!];
      for (let tries = 0; tries < 100; tries++) await fail(username, `198.51.${tries}.1`);
      expect(world.locks).toContain("account");
      await expect(attempt(username, PASSWORD, "192.0.2.77")).rejects.toMatchObject({ code: "RATE_LIMITED" });
      const known = { ip: "198.51.1.1", devices };
      const again = await world.signIn.login({ username, password: PASSWORD }, known);
      expect(again.device).toBeUndefined();
      // The device has guesses of its own, and no more than anybody.
      for (let tries = 0; tries < 5; tries++)
        await expect(world.signIn.login({ username, password: "wrong" }, known)).rejects.toBeTruthy();
      const sixth = world.signIn.login({ username, password: PASSWORD }, known);
      await expect(sixth).rejects.toMatchObject({ code: "RATE_LIMITED" });
    });

    it("a device is known to its own account, and until the password changes", async () => {
      const [ada, eve] = [await world.someone(), await world.someone()];
      const { device } = await attempt(ada.username, PASSWORD);
      const signIn = (username: string, password = PASSWORD) =>
        world.signIn.login({ username, password }, { ip: CLIENT.ip, devices: [device!] });
      expect((await signIn(ada.username)).device).toBeUndefined();
      expect((await signIn(eve.username)).device).toBeDefined();
      await world.password.change(ada.actor, { old_password: PASSWORD, new_password: `${PASSWORD}, new` });
      expect((await signIn(ada.username, `${PASSWORD}, new`)).device).toBeDefined();
    });

    it("at the sign-in lock nobody's confirmations: a stranger could name any account", async () => {
      const { id, actor } = await world.someone();
      for (let tries = 0; tries < 6; tries++) {
        await fail(`confirm ${id}`);
        await fail(String(id));
      }
      await expect(world.password.confirm(actor, PASSWORD, "password")).resolves.toMatchObject({ id });
    });

    it("get no more guesses by coming all at once", async () => {
      const { username } = await world.someone();
      const codes = (await Promise.all(Array.from({ length: 20 }, () => fail(username)))).map((error) => error.code);
      expect(codes.filter((code) => code === "UNAUTHORIZED")).toHaveLength(5);
      expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(15);
    });

    it("lock an address that tries many accounts, and others not", async () => {
      const { username } = await world.someone();
      for (let tries = 0; tries < 50; tries++) {
        const outcome = await world.throttle.guard(
          { account: { name: `victim${tries}` }, ip: "198.51.100.7" },
          async () => false,
        );
        expect(outcome).toBe(false);
      }
      await expect(attempt(username, PASSWORD, "198.51.100.7")).rejects.toMatchObject({ code: "RATE_LIMITED" });
      await expect(attempt(username, PASSWORD, "198.51.100.8")).resolves.toBeTruthy();
    });

    it("are forgotten after an hour", async () => {
      for (let tries = 0; tries < 4; tries++) await fail("nobody");
      world.clock.at += 61 * MINUTE;
      for (let tries = 0; tries < 4; tries++) expect(await fail("nobody")).toMatchObject({ code: "UNAUTHORIZED" });
    });

    it("do not count what was never looked at", async () => {
      for (let tries = 0; tries < 10; tries++) {
        const refused = world.throttle.guard({ account: { name: "ada" }, ip: "192.0.2.9" }, () =>
          Promise.reject(new Error("too busy")),
        );
        await expect(refused).rejects.toThrow("too busy");
      }
      await expect(world.throttle.guard({ account: { name: "ada" }, ip: "192.0.2.9" }, async () => true)).resolves.toBe(
        true,
      );
    });
  });

  describe("credentials", () => {
    it("cookie and JWT stand for the user until the session ends", async () => {
      const { actor, sessionToken, jwt, id } = await world.someone();
      expect(actor).toMatchObject({ kind: "user", user_id: id, role: "user", scope: "admin" });
      expect(await world.identity.byBearer(jwt)).toMatchObject({ user_id: id, session_id: actor.session_id });
      expect(getMe.response.parse(await world.user.me(actor))).toMatchObject({ user: { id }, auth_type: "legacy" });

      await world.signIn.logout(actor);
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.byBearer(jwt)).toBeNull();
      expect(world.facts).toEqual([["access.revoked", { user_id: id, session_id: actor.session_id }]]);
    });

    it("are exchanged for new ones, up to thirty days after the sign-in", async () => {
      const { actor, sessionToken, id } = await world.someone();
      let current = actor;
      for (let week = 0; week < 4; week++) {
        world.clock.at += 6.9 * DAY;
        const next = await world.signIn.refresh(current, CLIENT);
        expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
        const renewed = (await world.identity.bySessionToken(next.sessionToken))!;
        expect(renewed).toMatchObject({ user_id: id });
        expect(renewed.session_id).not.toBe(current.session_id);
        // It cannot be exchanged twice.
        await expect(world.signIn.refresh(current, CLIENT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
        current = renewed;
      }
      world.clock.at += 2.5 * DAY;
      await expect(world.signIn.refresh(current, CLIENT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      const key = { ...current, session_id: undefined, key_id: "key_1" };
      await expect(world.signIn.refresh(key, CLIENT)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("end after seven days however often they were used", async () => {
      const { sessionToken, jwt } = await world.someone();
      world.clock.at += 6.9 * DAY;
      expect(await world.identity.bySessionToken(sessionToken)).not.toBeNull();
      expect(await world.identity.byBearer(jwt)).not.toBeNull();
      world.clock.at += 0.2 * DAY;
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.byBearer(jwt)).toBeNull();
    });

    it.each(["", "nonsense", "a.b.c", "mk_unknown", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."])(
      "%j stands for nobody",
      async (token) => {
        await world.someone();
        expect(await world.identity.byBearer(token)).toBeNull();
        expect(await world.identity.bySessionToken(token)).toBeNull();
      },
    );

    it("a JWT signed with another key stands for nobody", async () => {
      const { SignJWT } = await import("jose");
      const { actor } = await world.someone();
      const forged = await new SignJWT({ user_id: actor.user_id, session_id: actor.session_id })
        .setProtectedHeader({ alg: "HS256" })
        .sign(new Uint8Array(32));
      expect(await world.identity.byBearer(forged)).toBeNull();
    });

    it("API_TOKEN acts as the oldest admin, and says so while there is none", async () => {
      const token = "the token of the environment";
      await expect(world.identity.byBearer(token)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      await world.someone();
      const admin = await world.someone("admin");
      expect(await world.identity.byBearer(token)).toMatchObject({ user_id: admin.id, role: "admin", scope: "admin" });
      expect(await world.identityWith(undefined).byBearer(token)).toBeNull();
    });

    it("are written as seen at most once a minute", async () => {
      const { sessionToken } = await world.someone();
      const lastSeen = async () =>
        (await world.access.sessionByHash((await import("@/lib/core/secrets")).hashToken(sessionToken)))!.session
          .last_seen_at;
      const first = await lastSeen();
      world.clock.at += 30_000;
      await world.identity.bySessionToken(sessionToken);
      expect(await lastSeen()).toBe(first);
      world.clock.at += 30_000;
      await world.identity.bySessionToken(sessionToken);
      await expect.poll(lastSeen).toBe(first + MINUTE);
    });

    it("keep at most a hundred sessions a user, ending the oldest", async () => {
      const { actor, sessionToken, username, id } = await world.someone();
      const user = (await world.users.findByLogin(username))!;
      for (let count = 0; count < 100; count++) {
        world.clock.at += 1;
        await world.signIn.start(user, CLIENT, "again");
      }
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(world.facts).toEqual([["access.revoked", { user_id: id, session_id: actor.session_id }]]);
    });
  });
});
