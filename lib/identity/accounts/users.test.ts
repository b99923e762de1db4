import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { newcomer } from "@/tests/newcomers";
import { getUser, updateUser } from "./contract";
import { listUsers } from "./contract.list";

const UNKNOWN = { kind: "public", ip: "192.0.2.1" } as const;

describe.each(databases)("accounts on $provider", (database) => {
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

  describe("profiles", () => {
    it("change only in the fields sent; an empty text clears one", async () => {
      const { actor, sessionToken, id } = await world.someone();
      await world.user.updateProfile(actor, { fullname: "Ada L.", phone: "+49 30 1", birthday: "1990-12-31" });
      await world.user.updateProfile(actor, { phone: "" });
      const profile = getUser.response.parse(await world.user.getMember(actor, String(id))).user;
      expect(profile).toMatchObject({ fullname: "Ada L.", phone: null, birthday: "1990-12-31", gender: null });
      expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ fullname: "Ada L." });
    });

    it("refuse a birthday to come with INVALID_INPUT", async () => {
      const { actor } = await world.someone();
      const change = world.user.updateProfile(actor, { birthday: "2999-01-01" });
      await expect(change).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "birthday" } });
    });

    it("are for their owner and for admins", async () => {
      const [ada, eve, staff, admin] = [
        await world.someone(),
        await world.someone(),
        await world.someone("moderator"),
        await world.someone("admin"),
      ];
      await expect(world.user.get(admin.actor, String(ada.id))).resolves.toMatchObject({ id: ada.id });
      await expect(world.user.get(ada.actor, "me")).resolves.toMatchObject({ id: ada.id });
      for (const { actor } of [eve, staff])
        for (const id of [String(ada.id), "999999", "nonsense"])
          await expect(world.user.get(actor, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
      for (const id of ["999999", "0", "-1", "1e3", "nonsense", "99999999999999999999"])
        await expect(world.user.get(admin.actor, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(world.user.get(UNKNOWN, "1")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });
  });

  describe("the list of users", () => {
    it("shows everybody to staff alone", async () => {
      const admin = await world.someone("admin");
      const ada = await world.someone();
      const listed = listUsers.response.parse(await world.user.list(admin.actor));
      expect(listed.count).toBe(2);
      expect(listed.users.map((user) => user.username)).toEqual([admin.username, ada.username]);
      await expect(world.user.list(ada.actor)).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(world.user.search(ada.actor, "person")).rejects.toMatchObject({ code: "FORBIDDEN" });
      const { actor: staff } = await world.someone("moderator");
      expect((await world.user.list(staff)).count).toBe(3);
      expect((await world.user.search(staff, ada.username)).count).toBe(1);
      const change = world.user.updateUser(staff, String(ada.id), { is_active: false });
      await expect(change).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("is paged by account, filtered by text, role and ids, with a cursor only when it has a limit", async () => {
      const admin = await world.someone("admin");
      const [ada, eve] = [await world.someone(), await world.someone()];
      const first = listUsers.response.parse(await world.user.list(admin.actor, { limit: 2 }));
      expect(first.users.map(({ id }) => id)).toEqual([admin.id, ada.id]);
      const query = { limit: 2, cursor: first.next_cursor ?? undefined };
      const second = listUsers.response.parse(await world.user.list(admin.actor, query));
      expect(second).toMatchObject({ users: [{ id: eve.id }], count: 1, next_cursor: null });
      expect(await world.user.list(admin.actor)).not.toHaveProperty("next_cursor");
      const idsOf = async (filter: object) =>
        (await world.user.list(admin.actor, { limit: 10, ...filter })).users.map(({ id }) => id);
      expect(await idsOf({ role: "admin" })).toEqual([admin.id]);
      expect(await idsOf({ search: eve.username.toUpperCase() })).toEqual([eve.id]);
      expect(await idsOf({ ids: [eve.id, 999_999] })).toEqual([eve.id]);
    });

    it("says to admins alone who has no second factor, and finds active accounts by it", async () => {
      const admin = await world.someone("admin");
      const [ada, eve, gone] = [await world.someone(), await world.someone(), await world.someone()];
      await world.run(`INSERT INTO second_factor (user_id, secret, last_step, created_at, confirmed_at) VALUES
        (${ada.id}, 's', 0, 1, 1), (${eve.id}, 's', 0, 1, NULL)`);
      await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${gone.id}`);
      const { users } = listUsers.response.parse(await world.user.list(admin.actor));
      expect(users.map(({ id, has_second_factor }) => [id, has_second_factor])).toEqual([
        [admin.id, false],
        [ada.id, true],
        [eve.id, false],
        [gone.id, false],
      ]);
      const idsOf = async (second_factor: "none" | "any") =>
        (await world.user.list(admin.actor, { limit: 10, second_factor })).users.map(({ id }) => id);
      expect([await idsOf("any"), await idsOf("none")]).toEqual([[ada.id], [admin.id, eve.id]]);
      const { actor: staff } = await world.someone("moderator");
      expect((await world.user.list(staff)).users[0]).not.toHaveProperty("has_second_factor");
      await expect(world.user.list(staff, { second_factor: "none" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("is searched by username or address in any case", async () => {
      const admin = await world.someone("admin");
      const { username, email } = await world.someone();
      for (const q of [username.toUpperCase(), email.slice(2, -2)])
        expect((await world.user.search(admin.actor, q)).users.map((user) => user.username)).toEqual([username]);
      for (const q of ["nobody", "%_", "%%", "__", "\\%"])
        expect((await world.user.search(admin.actor, q)).count).toBe(0);
    });
  });

  describe("rights", () => {
    it("change with the sessions that carried them", async () => {
      const admin = await world.someone("admin");
      const ada = await world.someone();
      const changed = await world.user.updateUser(admin.actor, String(ada.id), { role: "moderator" });
      const reply = updateUser.response.parse({ success: true, user: changed });
      expect(reply.user).toMatchObject({ role: "moderator", is_active: true });
      expect(await world.identity.bySessionToken(ada.sessionToken)).toBeNull();
      expect(world.facts).toEqual([
        ["access.revoked", { user_id: ada.id }],
        ["account.secured", { user_id: ada.id, change: "role", name: "moderator" }],
      ]);
    });

    it("that stay as they are end nothing", async () => {
      const admin = await world.someone("admin");
      const ada = await world.someone();
      await world.user.updateUser(admin.actor, String(ada.id), { role: "user", is_active: true });
      expect(await world.identity.bySessionToken(ada.sessionToken)).not.toBeNull();
      expect(world.facts).toEqual([]);
    });

    it("deactivation stops keys too, until it is undone", async () => {
      const admin = await world.someone("admin");
      const ada = await world.someone();
      const { secret } = await world.own.createKey(ada.actor, { name: "k", scope: "operate", expires_in_days: null });
      expect(await world.identity.byBearer(secret)).not.toBeNull();
      await world.user.updateUser(admin.actor, String(ada.id), { is_active: false });
      expect(await world.identity.byBearer(secret)).toBeNull();
      await world.user.updateUser(admin.actor, String(ada.id), { is_active: true });
      expect(await world.identity.byBearer(secret)).not.toBeNull();
    });

    it("leave a demoted admin's key no more than the role allows", async () => {
      const [admin, other] = [await world.someone("admin"), await world.someone("admin")];
      const { secret } = await world.own.createKey(other.actor, { name: "k", scope: "admin", expires_in_days: null });
      await world.user.updateUser(admin.actor, String(other.id), { role: "user" });
      expect(await world.identity.byBearer(secret)).toMatchObject({ role: "user", scope: "operate" });
    });

    it("of the last active admin stay: CONFLICT", async () => {
      const admin = await world.someone("admin");
      const retired = await world.someone("admin");
      await world.user.updateUser(admin.actor, String(retired.id), { is_active: false });
      for (const change of [{ role: "user" as const }, { is_active: false }])
        await expect(world.user.updateUser(admin.actor, "me", change)).rejects.toMatchObject({ code: "CONFLICT" });
      await expect(world.user.deleteAccount(admin.actor, { password: PASSWORD })).rejects.toMatchObject({
        code: "CONFLICT",
      });
      expect(world.removedBotsOf).toEqual([]);
    });

    it("of two admins who demote each other at once, one stays", async () => {
      const [one, two] = [await world.someone("admin"), await world.someone("admin")];
      await Promise.allSettled([
        world.user.updateUser(one.actor, String(two.id), { role: "user" }),
        world.user.updateUser(two.actor, String(one.id), { role: "user" }),
      ]);
      expect(await world.users.oldestAdmin()).not.toBeNull();
    });

    it.each([
      ["FORBIDDEN", "user", "1", { role: "admin" as const }],
      ["NOT_FOUND", "admin", "999999", { role: "admin" as const }],
      ["INVALID_INPUT", "admin", "me", {}],
    ] as const)("are refused with %s", async (code, role, id, change) => {
      const { actor } = await world.someone(role);
      await expect(world.user.updateUser(actor, id, change)).rejects.toMatchObject({ code });
    });

    it("are not for keys below scope admin: FORBIDDEN", async () => {
      const { actor } = await world.someone("admin");
      const key = { ...actor, scope: "operate" } as const;
      await expect(world.user.updateUser(key, "1", { role: "admin" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    });
  });

  describe("delete account", () => {
    it("refuses to leave bots without an owner, and names them, when they are not to go too", async () => {
      const { actor, id } = await world.someone();
      world.ownedBots.set(id, [{ id: "bot_1", name: "Greeter" }]);
      await expect(world.user.deleteAccount(actor, { password: PASSWORD, delete_bots: false })).rejects.toMatchObject({
        code: "CONFLICT",
        details: { field: "delete_bots", bots: [{ id: "bot_1", name: "Greeter" }], count: 1 },
      });
      expect(await world.users.find(id)).not.toBeNull();
      expect(world.removedBotsOf).toEqual([]);
      await world.user.deleteAccount(actor, { password: PASSWORD, delete_bots: true });
      expect(world.removedBotsOf).toContain(id);
      expect(await world.users.find(id)).toBeNull();
    });

    it("takes sessions and keys along", async () => {
      const { actor, id, username, sessionToken } = await world.someone();
      const { secret } = await world.own.createKey(actor, { name: "k", scope: "read", expires_in_days: 1 });
      world.facts.length = 0;
      await world.user.deleteAccount(actor, { password: PASSWORD });
      expect(world.removedBotsOf).toContain(id);
      expect(world.facts.map(([name]) => name)).toEqual(["access.revoked", "user.deleted"]);
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      expect(await world.identity.byBearer(secret)).toBeNull();
      expect(await canSignIn(username, PASSWORD)).toBe(false);
      for (const table of ["session", "api_key"])
        expect(await world.database.all(`SELECT 1 AS one FROM ${table} WHERE user_id = ${id}`)).toEqual([]);
    });

    it("notes whether the tickets go too", async () => {
      const [kept, erased] = [await world.someone(), await world.someone()];
      await world.user.deleteAccount(kept.actor, { password: PASSWORD });
      await world.user.deleteAccount(erased.actor, { password: PASSWORD, erase_tickets: true });
      const rows = await world.database.all<{ ref: string }>("SELECT ref FROM ended_access WHERE kind = 'tickets'");
      expect(rows.map(({ ref }) => ref)).toEqual([String(erased.id)]);
    });

    it("needs a fresh sign-in where the account has no password", async () => {
      const { actor, id } = await newcomer(world, "nelly");
      world.clock.at += 900_001;
      await expect(world.user.deleteAccount(actor, {})).rejects.toMatchObject({ code: "STEP_UP_REQUIRED" });
      expect(await world.users.find(id)).not.toBeNull();
      world.clock.at -= 1;
      await world.user.deleteAccount(actor, {});
      expect(await world.users.find(id)).toBeNull();
    });

    it("needs the password: INVALID_INPUT", async () => {
      const { actor, username } = await world.someone();
      for (const given of [{ password: "wrong" }, {}])
        await expect(world.user.deleteAccount(actor, given)).rejects.toMatchObject({
          code: "INVALID_INPUT",
          details: { field: "password" },
        });
      expect(await canSignIn(username, PASSWORD)).toBe(true);
      expect(world.removedBotsOf).toEqual([]);
    });
  });
});
