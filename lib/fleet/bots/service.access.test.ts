/** Access to bots on the real store: rights, lists, tokens. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { query } from "@/lib/core/db";
import { aBotRoom, admin, type BotRoom, moderator, nobody, person } from "@/tests/bot-room";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { BOT_SORTS, type BotSort } from "./contract.constants";

const PAGE = { limit: 1000 };
const mine = { ...PAGE, scope: "mine" } as const;

describe.each(databases)("access to bots on $provider", (provider) => {
  let database: TestDatabase;
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
    ({ emit, clock } = room);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    ({ service, ada, eve, create, asBot } = room.fresh());
  });

  describe("who may see and change a bot", () => {
    it("is its owner, an admin and the bot itself; a moderator reads; others see nothing", async () => {
      const { bot_id, token } = await create();
      const tries: [Actor, string, string][] = [
        [ada, "ok", "ok"],
        [admin, "ok", "ok"],
        [await asBot(token), "ok", "ok"],
        [moderator, "ok", "FORBIDDEN"],
        [person(ada.user_id, { scope: "read" }), "ok", "FORBIDDEN"],
        [eve, "NOT_FOUND", "NOT_FOUND"],
        [await asBot((await create(eve)).token), "NOT_FOUND", "NOT_FOUND"],
        [nobody, "NOT_FOUND", "NOT_FOUND"],
      ];
      for (const [actor, read, manage] of tries) {
        const outcome = (need: "viewer" | "maintainer") =>
          service.reach(actor, bot_id, need).then(
            () => "ok",
            (error) => error.code,
          );
        expect([await outcome("viewer"), await outcome("maintainer")]).toEqual([read, manage]);
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
      await expect(create(person(1, { scope: "read" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
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

    it.each(BOT_SORTS)("page by %s without gaps or repeats", async (sort) => {
      const made: string[] = [];
      for (const name of ["b", "B", "a", "c", "a"]) {
        clock.at += 10;
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
    });

    it("begin with the bots of most failures, without cancelled commands, or of most errors", async () => {
      const figures = [
        ["busy", 5, 5, 2],
        ["broken", 4, 1, 0],
        ["noisy", 0, 0, 9],
      ] as const;
      for (const [name, failed, cancelled, errors] of figures) {
        const { bot_id } = await create(ada, name);
        await query()
          .updateTable("bot")
          .set({ failed_commands: failed, cancelled_commands: cancelled, error_logs: errors })
          .where("id", "=", bot_id)
          .execute();
      }
      const names = async (sort: BotSort) => (await service.list(ada, { ...mine, sort })).bots.map(({ name }) => name);
      expect((await names("failures"))[0]).toBe("broken");
      expect(await names("errors")).toEqual(["noisy", "busy", "broken"]);
    });

    it.each([
      ["name", [5, "bot_x"]],
      ["pending", ["five", "bot_x"]],
      ["created_at", [1.5, "bot_x"]],
      ["created_at", [2 ** 60, "bot_x"]],
      ["status", [null, "bot_x"]],
      ["status", [2 ** 31, "bot_x"]],
      ["pending", [2 ** 40, "bot_x"]],
      ["failures", [2 ** 31, "bot_x"]],
      ["errors", ["1", "bot_x"]],
      ["name", ["a"]],
    ] as const)("refuse a cursor that was not made by sorting by %s: %j", async (sort, place) => {
      const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
      await expect(service.list(ada, { ...mine, sort, cursor })).rejects.toMatchObject({
        ...{ code: "INVALID_INPUT", details: { field: "cursor" } },
      });
    });

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

    it("search for letters outside ASCII as they are written", async () => {
      const { bot_id } = await create(ada, "ÄRA");
      const { bots } = await service.list(ada, { ...mine, search: "ÄR" });
      expect(bots.map((bot) => bot.id)).toEqual([bot_id]);
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
});
