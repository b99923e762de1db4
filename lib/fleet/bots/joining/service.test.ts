/** How bots join and leave on the real store: registration, adoption, deletion. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { registerBot } from "@/lib/fleet/bots/contract.joining";
import { aBotRoom, admin, type BotRoom, moderator, nobody } from "@/tests/bot-room";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { MAX_OPEN, MAX_UNCLAIMED } from "./service";

describe.each(databases)("joining and leaving on $provider", (provider) => {
  let database: TestDatabase;
  let store: BotRoom["store"];
  let emit: BotRoom["emit"];
  let clock: BotRoom["clock"];
  let room: BotRoom;
  let service: ReturnType<BotRoom["fresh"]>["service"];
  let ada: ReturnType<BotRoom["fresh"]>["ada"];
  let eve: ReturnType<BotRoom["fresh"]>["eve"];
  let create: ReturnType<BotRoom["fresh"]>["create"];
  let asBot: ReturnType<BotRoom["fresh"]>["asBot"];
  beforeAll(async () => {
    database = await openRoom(provider);
    room = aBotRoom();
    ({ store, emit, clock } = room);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    ({ service, ada, eve, create, asBot } = room.fresh());
  });

  describe("joining (001)", () => {
    const register = (actor: Actor, bot_id: string, over = {}) => service.register(actor, { bot_id, ...over });

    it("makes an unclaimed bot for somebody without a credential, and tells its token once", async () => {
      const answer = await register(nobody, `wild-${clock.at}`, { name: "Wild" });
      expect(() => registerBot.response.parse({ status: "ok", ...answer })).not.toThrow();
      expect(await asBot(answer.token!)).toMatchObject({ team_id: null, unclaimed: true });
      await expect(register(nobody, `wild-${clock.at}`)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    });

    it("makes a bot of the user who presents a credential, and updates it the next time", async () => {
      const first = await register(ada, `own-${clock.at}`, { metadata: { v: 1 } });
      expect(await asBot(first.token!)).toMatchObject({ team_id: ada.user_id, unclaimed: false });
      const again = await register(await asBot(first.token!), `own-${clock.at}`, {
        metadata: { v: 2 },
        status: "busy",
      });
      expect(again).toMatchObject({ bot: { status: "busy", metadata: { v: 2 } } });
      expect(again.token).toBeUndefined();
    });

    it("does not let anybody take another's id, or speak for another bot", async () => {
      const { token } = await register(ada, `taken-${clock.at}`);
      await expect(register(eve, `taken-${clock.at}`)).rejects.toMatchObject({ code: "CONFLICT" });
      await expect(register(await asBot(token!), `else-${clock.at}`)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("lets one of many registrations of the same moment win", async () => {
      const all = await Promise.allSettled([ada, eve, nobody].map((actor) => register(actor, `race-${clock.at}`)));
      expect(all.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    });

    it("keeps to the quota when bots are created, registered and adopted at the same moment", async () => {
      const waiting = await Promise.all([1, 2, 3].map((at) => register(nobody, `waits-${clock.at}-${at}`)));
      room.quotas.set.bots = 3;
      const outcomes = await Promise.allSettled([
        ...waiting.map(({ claim_code }) => service.adopt(ada, { claim_code })),
        ...[1, 2, 3].map((at) => register(ada, `mine-${clock.at}-${at}`)),
        ...[1, 2, 3].map((at) => create(ada, `Bot ${at}`)),
      ]);
      delete room.quotas.set.bots;
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
        reason: { code: "CONFLICT", details: { quota: "bots", usage: 3, limit: 3 } },
      });
      expect(await store.countOwned(ada.user_id)).toBe(3);
    });

    it("bounds how many bots wait to be adopted, and forgets them after a day", async () => {
      const waiting = await store.countUnclaimed();
      for (let index = waiting; index < MAX_UNCLAIMED; index++) await register(nobody, `crowd-${clock.at}-${index}`);
      await expect(register(nobody, `crowd-${clock.at}`)).rejects.toMatchObject({ code: "CONFLICT" });
      clock.at += 86_400_001;
      await service.tidy();
      expect(await store.countUnclaimed()).toBe(0);
    });
  });

  describe("document 004 and adoption", () => {
    const open = (bot_id: string, over = {}) =>
      service.register(nobody, { bot_id, ...over }, { open: true, replace: true });

    it("open mode makes bots that anybody may register again, that stay, and that one person adopts", async () => {
      const id = `open-${clock.at}`;
      const { claim_code } = await open(id, { name: "Open", metadata: { a: 1 } });
      await open(id);
      expect(await service.findOpen(id)).toMatchObject({ name: id, metadata: {}, origin: "open", owner_id: null });
      clock.at += 86_400_001;
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
      await expect(open(`crowd-${clock.at}`)).rejects.toMatchObject({ code: "CONFLICT" });
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
      const { token, claim_code } = await service.register(nobody, { bot_id: `wait-${clock.at}` });
      expect(await asBot(token!)).toMatchObject({ unclaimed: true });
      room.quotas.set.bots = 0;
      await expect(service.adopt(ada, { claim_code })).rejects.toMatchObject({
        code: "CONFLICT",
        message: "You have 0 of 0 bots. An admin of this server can raise the limit.",
      });
      delete room.quotas.set.bots;
      await service.adopt(ada, { claim_code });
      expect(await asBot(token!)).toMatchObject({ unclaimed: false, team_id: ada.user_id });
    });

    it("adoption gives the new owner what other rooms hold of the bot, or fails with them", async () => {
      const adoptRows = vi.fn().mockRejectedValueOnce(new Error("full"));
      service.onAdopt(adoptRows);
      const { bot, claim_code } = await service.register(nobody, { bot_id: `held-${clock.at}` });
      await expect(service.adopt(ada, { claim_code })).rejects.toThrow("full");
      expect((await service.get(admin, bot.id)).owner_id).toBeNull();
      await service.adopt(ada, { claim_code });
      expect(adoptRows).toHaveBeenLastCalledWith(expect.anything(), bot.id, ada.user_id);
    });
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

    it("answers while other rooms still remove their rows, and keeps the id until they are done", async () => {
      const bot_id = `many-rows-${clock.at}`;
      await service.register(ada, { bot_id });
      const rows = Promise.withResolvers<void>();
      service.onPurge(() => rows.promise);
      await service.remove(ada, bot_id);
      expect(await service.deleting()).toEqual([bot_id]);
      const { service: other } = room.fresh();
      await expect(other.register(ada, { bot_id })).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining("still being deleted"),
      });
      rows.resolve();
      await service.tidy();
      expect(await service.deleting()).toEqual([]);
      await expect(other.register(ada, { bot_id })).resolves.toMatchObject({ bot: { id: bot_id } });
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
