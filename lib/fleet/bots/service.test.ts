/** Rules of bots on the real store: who may see what, how bots join, tokens, settings, deletion. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor, BotActor, UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { registerBot } from "./contract.joining";
import { createPresence } from "./presence";
import { createBotService } from "./service";
import { MAX_BOTS_PER_USER, MAX_OPEN, MAX_UNCLAIMED } from "./service.join";
import { createBotStore } from "./store";

const user = (user_id: number, over: Partial<UserActor> = {}): UserActor => ({
  kind: "user",
  user_id,
  username: `user${user_id}`,
  email: `user${user_id}@example.org`,
  fullname: "",
  role: "user",
  scope: "admin",
  created_at: iso(0),
  ...over,
});
const nobody: Actor = { kind: "public", ip: "192.0.2.1" };
const PAGE = { limit: 1000 };

describe.each(databases)("bots on $provider", (provider) => {
  let database: TestDatabase;
  let store: ReturnType<typeof createBotStore>;
  let ids = 0;
  beforeAll(async () => {
    database = await openRoom(provider);
    store = createBotStore();
  });
  afterAll(() => database.close());

  let at = Date.parse("2026-01-01T12:00:00.000Z");
  let owners = 0;
  let ada: UserActor;
  let eve: UserActor;
  const admin = user(900_001, { role: "admin" });
  const moderator = user(900_002, { role: "moderator" });
  const emit = vi.fn();
  let service: ReturnType<typeof createBotService>;

  beforeEach(() => {
    at += 1;
    ada = user(++owners);
    eve = user(++owners);
    emit.mockReset();
    service = createBotService({
      store,
      presence: createPresence({ store, changed: () => {}, now: () => at, offlineAfterMs: 60_000 }),
      reportPart: async () => false,
      emit,
      now: () => at,
      secrets: {
        newToken: () => newToken("mb"),
        newBotId: () => `bot_${(ids++).toString().padStart(6, "0")}`,
        newClaimCode: () => `TEST-${(ids++).toString().padStart(4, "0")}`,
        hash: hashToken,
        seal,
        unseal,
      },
    });
  });
  const create = (actor: Actor = ada, name = "Greeter") => service.create(actor, { name, metadata: { a: 1 } });
  const asBot = async (token: string): Promise<BotActor> => (await service.byToken(token))!;
  const mine = { ...PAGE, scope: "mine" } as const;

  describe("who may see and change a bot", () => {
    it("is its owner, an admin and the bot itself; a moderator reads; others see nothing", async () => {
      const { bot_id, token } = await create();
      const tries: [Actor, string, string][] = [
        [ada, "ok", "ok"],
        [admin, "ok", "ok"],
        [await asBot(token), "ok", "ok"],
        [moderator, "ok", "FORBIDDEN"],
        [user(ada.user_id, { scope: "read" }), "ok", "FORBIDDEN"],
        [eve, "NOT_FOUND", "NOT_FOUND"],
        [await asBot((await create(eve)).token), "NOT_FOUND", "NOT_FOUND"],
        [nobody, "NOT_FOUND", "NOT_FOUND"],
      ];
      for (const [actor, read, manage] of tries) {
        const outcome = (need: "read" | "manage") =>
          service.reach(actor, bot_id, need).then(
            () => "ok",
            (error) => error.code,
          );
        expect([await outcome("read"), await outcome("manage")]).toEqual([read, manage]);
      }
    });

    it("keeps a moderator from tokens, settings, renaming and deleting", async () => {
      const { bot_id } = await create();
      for (const act of [
        () => service.token(moderator, bot_id),
        () => service.regenerateToken(moderator, bot_id),
        () => service.putSettings(moderator, bot_id, {}),
        () => service.update(moderator, bot_id, { name: "x" }),
        () => service.remove(moderator, bot_id),
      ])
        await expect(act()).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("does not let a read-only key create", async () => {
      await expect(create(user(1, { scope: "read" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
    });
  });

  describe("lists", () => {
    it("show the caller's own, all to staff, and every bot only to admins who ask for it", async () => {
      const { bot_id } = await create();
      const list = async (actor: Actor, scope: "mine" | "visible" | "all") =>
        (await service.list(actor, { ...PAGE, scope })).bots.map((bot) => bot.id);
      expect(await list(ada, "mine")).toEqual([bot_id]);
      expect(await list(ada, "visible")).toEqual([bot_id]);
      expect(await list(eve, "visible")).toEqual([]);
      expect(await list(admin, "mine")).toEqual([]);
      expect(await list(moderator, "visible")).toContain(bot_id);
      expect(await list(admin, "all")).toContain(bot_id);
      await expect(list(moderator, "all")).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it.each(["name", "status", "last_active", "created_at", "pending"] as const)(
      "page by %s without gaps or repeats",
      async (sort) => {
        const made: string[] = [];
        for (const name of ["b", "B", "a", "c", "a"]) {
          at += 10;
          made.push((await create(ada, name)).bot_id);
        }
        await service.report(ada, made[1]!, { status: "online" });
        const all = (await service.list(ada, { ...mine, sort })).bots.map((bot) => bot.id);
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await service.list(ada, { ...mine, sort, limit: 2, cursor });
          paged.push(...page.bots.map((bot) => bot.id));
          cursor = page.next_cursor ?? undefined;
        } while (cursor);
        expect(paged).toEqual(all);
        expect([...paged].sort()).toEqual([...made].sort());
      },
    );

    it("search in names and ids, where % and _ are only characters", async () => {
      const { bot_id } = await create(ada, "100% Sure_Bot");
      await create(ada, "other");
      const found = async (search: string) => (await service.list(ada, { ...mine, search })).bots.map((bot) => bot.id);
      expect(await found("100% sure")).toEqual([bot_id]);
      expect(await found(bot_id.slice(-5))).toEqual([bot_id]);
      expect(await found("%")).toEqual([bot_id]);
      expect(await found("__")).toEqual([]);
      expect(await found("\\")).toEqual([]);
    });

    it.each(["x", "eyJ9", Buffer.from('["a"]').toString("base64url"), Buffer.from("{}").toString("base64url")])(
      "refuse the cursor %s",
      async (cursor) => {
        await expect(service.list(ada, { ...mine, cursor })).rejects.toMatchObject({
          code: "INVALID_INPUT",
          details: { field: "cursor" },
        });
      },
    );
  });

  describe("joining (001)", () => {
    const register = (actor: Actor, bot_id: string, over = {}) => service.register(actor, { bot_id, ...over });

    it("makes an unclaimed bot for somebody without a credential, and tells its token once", async () => {
      const answer = await register(nobody, `wild-${at}`, { name: "Wild" });
      expect(() => registerBot.response.parse({ status: "ok", ...answer })).not.toThrow();
      expect(await asBot(answer.token!)).toMatchObject({ owner_id: null, unclaimed: true });
      await expect(register(nobody, `wild-${at}`)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });

    it("makes a bot of the user who presents a credential, and updates it the next time", async () => {
      const first = await register(ada, `own-${at}`, { metadata: { v: 1 } });
      expect(await asBot(first.token!)).toMatchObject({ owner_id: ada.user_id, unclaimed: false });
      const again = await register(await asBot(first.token!), `own-${at}`, { metadata: { v: 2 }, status: "busy" });
      expect(again).toMatchObject({ bot: { status: "busy", metadata: { v: 2 } } });
      expect(again.token).toBeUndefined();
    });

    it("does not let anybody take another's id, or speak for another bot", async () => {
      const { token } = await register(ada, `taken-${at}`);
      await expect(register(eve, `taken-${at}`)).rejects.toMatchObject({ code: "CONFLICT" });
      await expect(register(await asBot(token!), `else-${at}`)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("lets one of many registrations of the same moment win", async () => {
      const all = await Promise.allSettled([ada, eve, nobody].map((actor) => register(actor, `race-${at}`)));
      expect(all.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    });

    it("bounds how many bots wait to be adopted, and forgets them after a day", async () => {
      const waiting = await store.countUnclaimed();
      for (let index = waiting; index < MAX_UNCLAIMED; index++) await register(nobody, `crowd-${at}-${index}`);
      await expect(register(nobody, `crowd-${at}`)).rejects.toMatchObject({ code: "CONFLICT" });
      at += 86_400_001;
      await service.tidy();
      expect(await store.countUnclaimed()).toBe(0);
    });
  });

  describe("document 004 and adoption", () => {
    const open = (bot_id: string, over = {}) =>
      service.register(nobody, { bot_id, ...over }, { open: true, replace: true });

    it("open mode makes bots that anybody may register again, that stay, and that one person adopts", async () => {
      const id = `open-${at}`;
      const { claim_code } = await open(id, { name: "Open", metadata: { a: 1 } });
      await open(id);
      expect(await service.findOpen(id)).toMatchObject({ name: id, metadata: {}, origin: "open", owner_id: null });
      at += 86_400_001;
      await service.tidy();
      expect((await service.listOpen()).map((bot) => bot.id)).toContain(id);
      await expect(service.register(nobody, { bot_id: id })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      const outcomes = await Promise.allSettled([ada, eve].map((actor) => service.adopt(actor, { claim_code })));
      expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      expect(emit).toHaveBeenLastCalledWith("bot.adopted", { bot: expect.objectContaining({ id }) });
      expect((await open(id)).claim_code).toBeUndefined();
    });

    it("bounds how many open bots nobody owns", async () => {
      vi.spyOn(store, "countUnclaimed").mockResolvedValueOnce(MAX_OPEN);
      await expect(open(`crowd-${at}`)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("a bot of another origin is not open", async () => {
      const { bot_id } = await create();
      await expect(service.findOpen(bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(service.unregister(nobody, bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(open(bot_id)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });

    it("an owned bot that unregisters itself goes offline; a person deletes it", async () => {
      const { bot_id, token } = await create();
      await service.report(ada, bot_id, { status: "online" });
      await service.unregister(await asBot(token), bot_id);
      expect(await service.get(ada, bot_id)).toMatchObject({ status: "offline" });
      await expect(service.unregister(moderator, bot_id)).rejects.toMatchObject({ code: "FORBIDDEN" });
      await service.unregister(ada, bot_id);
      await expect(service.get(ada, bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it("adoption ends what is cached of the token, and a full account adopts nothing", async () => {
      const { token, claim_code } = await service.register(nobody, { bot_id: `wait-${at}` });
      expect(await asBot(token!)).toMatchObject({ unclaimed: true });
      vi.spyOn(store, "countOwned").mockResolvedValueOnce(MAX_BOTS_PER_USER);
      await expect(service.adopt(ada, { claim_code })).rejects.toMatchObject({ code: "CONFLICT" });
      await service.adopt(ada, { claim_code });
      expect(await asBot(token!)).toMatchObject({ unclaimed: false, owner_id: ada.user_id });
    });
  });

  describe("tokens", () => {
    it("are stored hashed and sealed, and can be read again", async () => {
      const { bot_id, token } = await create();
      expect(await service.token(ada, bot_id)).toBe(token);
      const [row] = await database.all<Record<string, unknown>>(`SELECT * FROM bot WHERE id = '${bot_id}'`);
      expect(JSON.stringify(row)).not.toContain(token);
    });

    it("stop working at once when replaced", async () => {
      const { bot_id, token } = await create();
      await asBot(token);
      const next = await service.regenerateToken(ada, bot_id);
      expect(await service.byToken(token)).toBeNull();
      expect(await asBot(next)).toMatchObject({ bot_id });
      expect(emit).toHaveBeenLastCalledWith("bot.token_changed", expect.anything());
    });

    it("authenticate only their own bot", async () => {
      const { bot_id, token } = await create();
      const other = await create();
      await expect(service.authenticate({ bot_id, token })).resolves.toMatchObject({ id: bot_id });
      await expect(service.authenticate({ bot_id, token: other.token })).rejects.toMatchObject({
        code: "UNAUTHORIZED",
      });
      await expect(service.authenticate({ bot_id, token: "nonsense" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });
  });

  describe("status and settings", () => {
    it("announce a change once, and data every time", async () => {
      const { bot_id } = await create();
      emit.mockReset();
      await service.report(ada, bot_id, { status: "busy" });
      await service.report(ada, bot_id, { status: "busy" });
      expect(emit).toHaveBeenCalledTimes(1);
      await service.report(ada, bot_id, { status: "busy", data: { load: 1 } });
      expect(emit).toHaveBeenLastCalledWith("bot.status", {
        bot: expect.objectContaining({ id: bot_id, status: "busy" }),
        data: { load: 1 },
      });
    });

    it("replace settings whole and number every version", async () => {
      const { bot_id } = await create();
      expect(await service.settings(ada, bot_id)).toEqual({ settings: {}, version: 0 });
      await service.putSettings(ada, bot_id, { a: 1, b: 2 });
      expect(await service.putSettings(ada, bot_id, { b: 3 })).toEqual({ settings: { b: 3 }, version: 2 });
      expect(await service.settings(ada, bot_id)).toEqual({ settings: { b: 3 }, version: 2 });
      const versions = await Promise.all(
        Array.from({ length: 10 }, () => service.putSettings(ada, bot_id, {}).then(({ version }) => version)),
      );
      expect(new Set(versions).size).toBe(10);
    });

    it("draw uptime from the history", async () => {
      const { bot_id } = await create();
      await service.report(ada, bot_id, { status: "online" });
      at += 1_800_000;
      await service.report(ada, bot_id, { status: "offline" });
      at += 1_800_000;
      const { uptime, slots, changes } = await service.uptime(ada, bot_id, 1);
      expect(uptime).toBeCloseTo(0.5, 2);
      expect(slots).toHaveLength(48);
      expect(changes.map((change) => change.status)).toEqual(expect.arrayContaining(["online", "offline"]));
    });
  });

  it("keep what held when old history is dropped", async () => {
    const { bot_id } = await create();
    await service.report(ada, bot_id, { status: "online" });
    at += 40 * 86_400_000;
    await service.tidy();
    expect(await service.uptime(ada, bot_id, 720)).toMatchObject({ uptime: 1, changes: [] });
    await service.report(ada, bot_id, { status: "offline" });
    at += 360 * 3_600_000;
    expect((await service.uptime(ada, bot_id, 720)).uptime).toBeCloseTo(0.5, 5);
  });

  describe("deletion", () => {
    it("removes the bot, its history and what other rooms hold, and kills its token", async () => {
      const { bot_id, token } = await create();
      await asBot(token);
      const purge = vi.fn(async () => {});
      service.onPurge(purge);
      await service.remove(ada, bot_id);
      expect(purge).toHaveBeenCalledWith(bot_id);
      expect(await service.byToken(token)).toBeNull();
      await expect(service.get(ada, bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await database.all(`SELECT * FROM status_change WHERE bot_id = '${bot_id}'`)).toEqual([]);
    });

    it("goes on after it was interrupted", async () => {
      const { bot_id } = await create();
      service.onPurge(vi.fn().mockRejectedValueOnce(new Error("killed")).mockResolvedValue(undefined));
      await expect(service.remove(ada, bot_id)).rejects.toThrow("killed");
      await expect(service.get(ada, bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await service.tidy();
      expect(await database.all(`SELECT id FROM bot WHERE id = '${bot_id}'`)).toEqual([]);
    });

    it("takes every bot of an account", async () => {
      const { bot_id } = await create();
      const { bot_id: eves } = await create(eve);
      await service.removeAllOf(ada.user_id);
      await expect(service.get(admin, bot_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(service.get(admin, eves)).resolves.toMatchObject({ id: eves });
    });
  });
});
