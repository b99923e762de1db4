import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { createApiKey, listApiKeys, listSessions } from "./contract";

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

    it("are fifty at most: CONFLICT", async () => {
      const { actor } = await world.someone();
      for (let count = 0; count < 50; count++) await world.own.createKey(actor, key());
      await expect(world.own.createKey(actor, key())).rejects.toMatchObject({ code: "CONFLICT" });
      world.clock.at += DAY;
      await expect(world.own.createKey(actor, key())).resolves.toBeTruthy();
    });
  });
});
