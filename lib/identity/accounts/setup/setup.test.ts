import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { login } from "@/lib/identity/accounts/contract";
import { createWeakPasswords } from "@/lib/identity/accounts/passwords/store.weak";
import { createUserStore } from "@/lib/identity/accounts/store";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";

const OWNER = { username: "owner", email: "owner@example.org", password: PASSWORD };

describe.each(databases)("the first users on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const tokenOf = (link: string | undefined) => new URL(link!).searchParams.get("token")!;

  describe("without an admin in the environment", () => {
    it("a link is written to its file, the same at each start and in each process", async () => {
      const setup = world.setup();
      const [one, two] = await Promise.all([setup.bootstrap(), world.setup().bootstrap()]);
      expect(one.setupLink).toMatch(/^https:\/\/bots\.example\.org\/setup\?token=setup_[\w-]{43}$/);
      expect(two).toEqual(one);
      expect(await world.setup().bootstrap()).toEqual(one);
      expect(setup.file.text).toBe(`${one.setupLink}\n`);
      const settings = await world.database.all("SELECT * FROM setting");
      expect(JSON.stringify(settings)).not.toContain(tokenOf(one.setupLink));
    });

    it("whoever opens the link is admin, once", async () => {
      const setup = world.setup();
      const token = tokenOf((await setup.bootstrap()).setupLink);
      const { reply, sessionToken } = await setup.claim({ token, ...OWNER }, CLIENT);
      expect(login.response.parse(reply)).toMatchObject({ role: "admin", permissions: ["all"] });
      expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ role: "admin" });
      expect(setup.file.text).toBeUndefined();
      const again = setup.claim({ token, ...OWNER, username: "eve", email: "eve@example.org" }, CLIENT);
      await expect(again).rejects.toMatchObject({ code: "FORBIDDEN" });
      expect(await world.setup().bootstrap()).toEqual({});
    });

    it("of two claims at once one wins", async () => {
      const setup = world.setup();
      const token = tokenOf((await setup.bootstrap()).setupLink);
      const claims = ["ann", "bob"].map((username) =>
        setup.claim({ token, username, email: `${username}@example.org`, password: PASSWORD }, CLIENT),
      );
      const results = await Promise.allSettled(claims);
      expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect((await world.users.list()).filter((user) => user.role === "admin")).toHaveLength(1);
    });

    it("a wrong token is FORBIDDEN", async () => {
      const setup = world.setup();
      const early = setup.claim({ token: "setup_x", ...OWNER }, CLIENT);
      await expect(early).rejects.toMatchObject({ code: "FORBIDDEN" });
      await setup.bootstrap();
      const wrong = setup.claim({ token: "setup_x", ...OWNER }, CLIENT);
      await expect(wrong).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("a name in use is INVALID_INPUT and leaves the link good", async () => {
      const setup = world.setup();
      const token = tokenOf((await setup.bootstrap()).setupLink);
      await world.signIn.register({ ...OWNER, email: "first@example.org" });
      const taken = setup.claim({ token, ...OWNER }, CLIENT);
      await expect(taken).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "username" } });
      await expect(setup.claim({ token, ...OWNER, username: "owner2" }, CLIENT)).resolves.toBeTruthy();
    });
  });

  describe("named in the environment", () => {
    const admin = { API_ADMIN_USER: "root", API_ADMIN_PASS: PASSWORD };

    it("are made once and never changed again", async () => {
      expect(await world.setup({ ...admin, API_EXTRA_USERS: [`ann:${PASSWORD}:x`] }).bootstrap()).toEqual({});
      expect(await world.setup({ ...admin, API_ADMIN_PASS: "another password" }).bootstrap()).toEqual({});
      const { reply } = await world.signIn.login({ username: "root", password: PASSWORD }, CLIENT);
      expect(reply.role).toBe("admin");
      const ann = await world.signIn.login({ username: "ann", password: `${PASSWORD}:x` }, CLIENT);
      expect(ann.reply.role).toBe("user");
      expect(await world.users.list()).toHaveLength(2);
    });

    it("are made once by several processes starting at the same time", async () => {
      const starts = await Promise.all([1, 2, 3].map(() => world.setup(admin).bootstrap()));
      expect(starts).toEqual([{}, {}, {}]);
      expect(await world.users.list()).toHaveLength(1);
    });

    it("an account of that name that is no admin is left alone and told of", async () => {
      await world.signIn.register({ username: "root", email: "eve@example.org", password: PASSWORD });
      const setup = world.setup(admin);
      expect((await setup.bootstrap()).setupLink).toBeTruthy();
      expect(setup.lines.join()).toContain("no active admin");
    });

    it.each([
      { ...admin, API_ADMIN_USER: "a b" },
      { ...admin, API_ADMIN_PASS: "password" },
      { ...admin, API_ADMIN_PASS: "root-root" },
    ])("a bad admin stops the start without telling the password (%#)", async (given) => {
      const setup = world.setup(given);
      const error = await setup.bootstrap().catch((reason) => reason);
      expect(error.message).toContain("API_ADMIN_USER");
      expect(error.message).not.toContain(`"${given.API_ADMIN_PASS}"`);
      expect(await world.users.list()).toEqual([]);
    });

    it("warns of bad entries of API_EXTRA_USERS, and skips those that could not sign in", async () => {
      const extras = ["ann:short", "bea:password", "cid", "d d:long enough", "eve:eve-eve-eve", `fay:${PASSWORD}`];
      const setup = world.setup({ ...admin, API_EXTRA_USERS: extras });
      await setup.bootstrap();
      expect((await world.users.list()).map((user) => user.username)).toEqual(["root", "ann", "bea", "eve", "fay"]);
      const weak = createWeakPasswords(true);
      expect(await weak.countWeakPasswords()).toBe(3);
      expect(await createWeakPasswords(false).countWeakPasswords()).toBe(0);
      const [, ann, , , fay] = await world.users.list();
      // With AUTH_PASSWORD=off the password is of no use, and a person of single sign-on could not change it.
      expect(await weak.needsNewPassword(actor(ann!.id))).toBe(true);
      expect(await createWeakPasswords(false).needsNewPassword(actor(ann!.id))).toBe(false);
      expect(await world.users.setAccess(ann!.id, { role: "moderator" })).toBe("weak-password");
      expect(await world.users.setAccess(ann!.id, { is_active: false })).toMatchObject({ is_active: 0, role: "user" });
      await world.users.setAccess(ann!.id, { is_active: true });
      expect(await world.users.setAccess(fay!.id, { role: "moderator" })).toMatchObject({ role: "moderator" });
      // The role of staff ends the password where it is of no use, so that it does not come back with AUTH_PASSWORD=on.
      expect(await createUserStore(false).setAccess(ann!.id, { role: "moderator" })).toMatchObject({
        ...{ role: "moderator", password_hash: null },
      });
      expect(await weak.needsNewPassword(actor(ann!.id))).toBe(false);
      const warnings = setup.lines.filter((line) => line.includes("API_EXTRA_USERS") && !line.startsWith("Made"));
      expect(warnings).toHaveLength(5);
      for (const secret of ["short", "bea:password", "long enough", "eve-eve-eve"])
        expect(setup.lines.join("\n")).not.toContain(secret);
    });

    it("an account that exists keeps its name and a weak password in the environment stops nothing", async () => {
      await world.setup({ ...admin, API_EXTRA_USERS: [`ann:${PASSWORD}`] }).bootstrap();
      const later = {
        API_ADMIN_USER: "root",
        API_ADMIN_PASS: "password",
        API_EXTRA_USERS: ["ann:12345678", "bob:12345678"],
      };
      await expect(world.setup(later).bootstrap()).resolves.toEqual({});
    });
  });
});
