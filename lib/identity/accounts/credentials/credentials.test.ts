import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { eventually } from "@/tests/eventually";
import { listSessions } from "./contract";
import { createApiKey, listApiKeys } from "./contract.keys";

const DAY = 86_400_000;

describe.each(databases)("a user's own credentials on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  describe("sessions", () => {
    it("are listed to their user alone and end one by one", async () => {
      const ada = await world.someone();
      const eve = await world.someone();
      const other = await world.signIn.login({ username: ada.username, password: PASSWORD }, CLIENT);
      const { sessions, count } = listSessions.response.parse(await world.own.listSessions(ada.actor));
      expect(count).toBe(2);
      expect(sessions.filter((session) => session.current)).toMatchObject([
        { id: ada.actor.session_id, ip: CLIENT.ip },
      ]);
      const otherId = sessions.find((session) => !session.current)!.id;
      await expect(world.own.revokeSession(eve.actor, otherId)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await world.own.revokeSession(ada.actor, otherId);
      expect(await world.identity.bySessionToken(other.sessionToken)).toBeNull();
      expect(await world.identity.bySessionToken(ada.sessionToken)).not.toBeNull();
      await expect(world.own.revokeSession(ada.actor, otherId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });
  });

  it("sessions end all at once, by choice but for the one that asks, and their sockets with them", async () => {
    const [ada, eve] = [await world.someone(), await world.someone()];
    const other = await world.signIn.login({ username: ada.username, password: PASSWORD }, CLIENT);
    world.facts.length = 0;
    expect(await world.own.endSessions(ada.actor, { keep_current: true })).toBe(1);
    expect(await world.identity.bySessionToken(other.sessionToken)).toBeNull();
    expect(await world.identity.bySessionToken(ada.sessionToken)).not.toBeNull();
    expect(await world.own.endSessions(ada.actor, { keep_current: false })).toBe(1);
    expect(await world.identity.bySessionToken(ada.sessionToken)).toBeNull();
    expect(world.facts.map(([name, fact]) => [name, (fact as { user_id: number }).user_id])).toEqual([
      ["access.revoked", ada.id],
      ["access.revoked", ada.id],
    ]);
    expect(await world.identity.bySessionToken(eve.sessionToken)).not.toBeNull();
  });

  describe("API keys", () => {
    const key = (over = {}) => ({
      name: "deploy",
      scope: "read" as const,
      expires_in_days: 1 as number | null,
      ...over,
    });

    it("work within their scope until they expire, and are stored as hashes", async () => {
      const { actor, id } = await world.someone();
      const made = await world.own.createKey(actor, key());
      expect(() => createApiKey.response.parse({ success: true, ...made })).not.toThrow();
      expect(made.secret).toMatch(/^mk_/);
      expect(made.secret.startsWith(made.key.prefix)).toBe(true);
      const [row] = await world.database.all<Record<string, unknown>>("SELECT * FROM api_key");
      expect(JSON.stringify(row)).not.toContain(made.secret);
      expect(await world.identity.byBearer(made.secret)).toMatchObject({
        user_id: id,
        scope: "read",
        key_id: made.key.id,
      });
      world.clock.at += DAY;
      expect(await world.identity.byBearer(made.secret)).toBeNull();
      expect(listApiKeys.response.parse(await world.own.listKeys(actor))).toEqual({ keys: [], count: 0 });
    });

    it("stop at once when revoked, by their user alone", async () => {
      const ada = await world.someone();
      const eve = await world.someone();
      const { key: made, secret } = await world.own.createKey(ada.actor, key());
      await world.identity.byBearer(secret);
      await expect(world.own.revokeKey(eve.actor, made.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await world.own.revokeKey(ada.actor, made.id);
      expect(await world.identity.byBearer(secret)).toBeNull();
      expect(world.facts).toEqual([
        ["account.secured", { user_id: ada.id, change: "api_key", name: "deploy" }],
        ["access.revoked", { user_id: ada.id, key_id: made.id }],
      ]);
      await expect(world.own.revokeKey(ada.actor, made.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it.each(["user", "moderator"] as const)("never exceed the role %s: FORBIDDEN", async (role) => {
      const { actor } = await world.someone(role);
      await expect(world.own.createKey(actor, key({ scope: "admin" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("cannot make keys below scope admin: FORBIDDEN", async () => {
      const { actor } = await world.someone("admin");
      const weak = { ...actor, scope: "operate" } as const;
      await expect(world.own.createKey(weak, key())).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("are fifty at most, unless the quota is another one: CONFLICT", async () => {
      const { actor } = await world.someone();
      for (let count = 0; count < 50; count++) await world.own.createKey(actor, key());
      await expect(world.own.createKey(actor, key())).rejects.toMatchObject({ code: "CONFLICT" });
      world.clock.at += DAY;
      await expect(world.own.createKey(actor, key())).resolves.toBeTruthy();
    });

    it("carry the areas, bots, tags and networks that they were limited to", async () => {
      const { actor } = await world.someone("admin");
      const input = { scope: undefined, scopes: ["bots:read", "commands:send"] as const, bots: ["bot_1"] };
      const limits = { ...input, tags: ["Night"], ip_ranges: ["192.0.2.0/24", "2001:db8::/32"] };
      const made = await world.own.createKey(actor, key(limits));
      expect(made.key).toMatchObject({ scope: "operate", scopes: input.scopes, bots: ["bot_1"], tags: ["Night"] });
      expect(listApiKeys.response.parse(await world.own.listKeys(actor)).keys).toEqual([made.key]);
      const found = await world.identity.byBearer(made.secret, "192.0.2.77");
      expect([...found!.limits!.areas!]).toEqual(input.scopes);
      expect([...found!.limits!.bots!]).toEqual(["bot_1"]);
      expect([...found!.limits!.tags!]).toEqual(["night"]);
      await expect(world.identity.byBearer(made.secret, "2001:db8::1")).resolves.not.toBeNull();
      for (const ip of ["192.0.3.1", "2001:db9::1", "unknown", undefined])
        await expect(world.identity.byBearer(made.secret, ip)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it.each([
      ["bots", { bots: ["not_mine"] }, "INVALID_INPUT"],
      ["scopes", { scope: undefined, scopes: ["alerts:read"], bots: ["bot_1"] }, "INVALID_INPUT"],
      ["scopes", { scope: undefined, scopes: ["alerts:read"], tags: ["night"] }, "INVALID_INPUT"],
      ["tags", { tags: ["crowded"] }, "CONFLICT"],
      ["scopes", { scope: undefined, scopes: ["admin"] }, "FORBIDDEN"],
    ])("refuse limits that cannot be kept: %s", async (field, over, code) => {
      const { actor } = await world.someone();
      await expect(world.own.createKey(actor, key(over))).rejects.toMatchObject({ code, details: { field } });
    });

    it("make and rotate no key that would work beyond the networks of the key which asks", async () => {
      const { actor, id } = await world.someone("admin");
      const other = await world.own.createKey(actor, key({ scope: "admin" }));
      const here = await world.own.createKey(actor, key({ scope: "admin", ip_ranges: ["192.0.2.0/24"] }));
      const asked = (await world.identity.byBearer(here.secret, "192.0.2.7"))!;
      await expect(world.own.createKey(asked, key())).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(world.own.rotateKey(asked, other.key.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
      const { secret } = await world.own.rotateKey(asked, here.key.id);
      await expect(world.identity.byBearer(secret, "198.51.100.1")).rejects.toMatchObject({ code: "FORBIDDEN" });
      expect(await world.identity.byBearer(secret, "192.0.2.7")).toMatchObject({ user_id: id });
    });

    it("lose the area admin with the role", async () => {
      const { actor, id } = await world.someone("admin");
      const { secret } = await world.own.createKey(actor, key({ scope: undefined, scopes: ["admin", "bots:read"] }));
      expect([...(await world.identity.byBearer(secret))!.limits!.areas!]).toEqual(["admin", "bots:read"]);
      await world.run(`UPDATE "user" SET role = 'user' WHERE id = ${id}`);
      world.identity.forget({ user_id: id });
      expect(await world.identity.byBearer(secret)).toMatchObject({ scope: "operate" });
      expect([...(await world.identity.byBearer(secret))!.limits!.areas!]).toEqual(["bots:read"]);
    });

    it("note at most once a minute when and from where they are used", async () => {
      const { actor } = await world.someone();
      const { secret } = await world.own.createKey(actor, key());
      const use = async (ip: string) => {
        world.identity.forget({ user_id: 0 });
        world.clock.at += 6_000;
        await world.identity.byBearer(secret, ip);
      };
      const isNotedFrom = async (ip: string) => (await world.own.listKeys(actor)).keys[0]!.last_used_ip === ip;
      await use("192.0.2.1");
      await eventually(() => isNotedFrom("192.0.2.1"), Boolean);
      await use("192.0.2.2");
      expect(await isNotedFrom("192.0.2.1")).toBe(true);
      world.clock.at += 60_000;
      await use("192.0.2.2");
      await eventually(() => isNotedFrom("192.0.2.2"), Boolean);
    });

    it("are rotated: with an overlap both secrets work until it ends, without one only the new", async () => {
      const { actor, id } = await world.someone();
      const { key: made, secret } = await world.own.createKey(actor, key({ expires_in_days: null }));
      const works = async (one: string) => (await world.identity.byBearer(one)) !== null;
      const until = new Date(world.clock.at + DAY).toISOString();
      world.facts.length = 0;
      const second = await world.own.rotateKey(actor, made.id, until);
      expect(second.key).toMatchObject({ id: made.id, name: made.name, old_secret_until: until });
      expect(world.facts).toEqual([["account.secured", { user_id: id, change: "api_key", name: "deploy" }]]);
      expect([await works(secret), await works(second.secret)]).toEqual([true, true]);
      world.clock.at += DAY;
      expect([await works(secret), await works(second.secret)]).toEqual([false, true]);
      expect((await world.own.listKeys(actor)).keys[0]!.old_secret_until).toBeNull();
      const third = await world.own.rotateKey(actor, made.id);
      expect(world.facts).toContainEqual(["access.revoked", { user_id: id, key_id: made.id }]);
      expect([await works(second.secret), await works(third.secret)]).toEqual([false, true]);
    });

    it("are rotated by their user alone, for 90 days at most", async () => {
      const [ada, eve] = [await world.someone(), await world.someone()];
      const { key: made } = await world.own.createKey(ada.actor, key());
      await expect(world.own.rotateKey(eve.actor, made.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      for (const days of [-1, 91]) {
        const until = new Date(world.clock.at + days * DAY).toISOString();
        const rotation = world.own.rotateKey(ada.actor, made.id, until);
        await expect(rotation).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field: "old_secret_until" } });
      }
    });
  });
});
