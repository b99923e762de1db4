import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { Email, login, registerAccount, Username } from "./contract";
import { withoutMix } from "./contract.names";

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

    it.each(["ada", "ADA", "Ада"])("lets one of two at once have a name: %s", async (username) => {
      const one = { username, email: "ada@example.org", password: PASSWORD };
      const results = await Promise.allSettled([
        world.signIn.register(one),
        world.signIn.register({ ...one, username: username.toLowerCase(), email: "ada2@example.org" }),
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

    it("refuses an account that is deleted meanwhile with UNAUTHORIZED", async () => {
      const { username, id } = await world.someone();
      const user = (await world.users.findByLogin(username))!;
      await world.run(`DELETE FROM "user" WHERE id = ${id}`);
      const late = world.signIn.start(user, CLIENT, "Login successful");
      await expect(late).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      expect(await world.database.all("SELECT id FROM session")).toEqual([]);
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
});
