/** Tags on the real stores: who sets them, how lists find and count bots by them, and what an upgrade leaves to compute. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aBotRoom, type BotRoom, nobody } from "@/tests/bot-room";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";

describe.each(databases)("tags on $provider", (provider) => {
  let database: TestDatabase;
  let room: BotRoom;
  beforeAll(async () => {
    database = await openRoom(provider);
    room = aBotRoom();
  });
  afterAll(() => database.close());

  it("are set by maintainers only, never by the bot itself or by others", async () => {
    const { service, ada, eve, create, asBot } = room.fresh();
    const { bot_id, token } = await create();
    expect(await service.putTags(ada, bot_id, ["Music", "production", "music"])).toEqual({
      ...{ tags: ["Music", "production"], reported_tags: [] },
    });
    await expect(service.putTags(await asBot(token), bot_id, ["x"])).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
    await expect(service.putTags(eve, bot_id, ["x"])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.putTags({ ...ada, scope: "read" }, bot_id, [])).rejects.toMatchObject({ code: "FORBIDDEN" });
    const many = Array.from({ length: 33 }, (_, at) => `t${at}`);
    await expect(service.putTags(ada, bot_id, many)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect((await service.get(ada, bot_id)).tags).toEqual(["Music", "production"]);
  });

  it("filter lists whatever their case, together with the tags that bots report", async () => {
    const { service, ada, eve, create, asBot } = room.fresh();
    const [first, second, third] = [await create(ada, "Bot 10"), await create(ada, "Bot 2"), await create(eve)];
    await service.changeTags(ada, { bot_ids: [first.bot_id, second.bot_id, third.bot_id], add: ["Prod"], remove: [] });
    await service.register(await asBot(second.token), {
      ...{ bot_id: second.bot_id, metadata: { tags: ["music"], platform: "Discord", version: "1.2", host: "eu" } },
    });
    const found = async (filter: object) =>
      (await service.list(ada, { scope: "visible", limit: 10, sort: "name", ...filter })).bots.map(({ name }) => name);
    expect(await found({ tag: "prod" })).toEqual(["Bot 2", "Bot 10"]);
    expect(await found({ tag: "PROD,Music" })).toEqual(["Bot 2"]);
    expect(await found({ platform: "discord", version: "1.2", host: "EU" })).toEqual(["Bot 2"]);
    expect(await found({ version: "1.3" })).toEqual([]);
    expect(await service.facets(ada)).toEqual({
      tags: [
        { value: "Prod", count: 2 },
        { value: "music", count: 1 },
      ],
      platforms: [{ value: "Discord", count: 1 }],
      versions: [{ value: "1.2", count: 1 }],
      hosts: [{ value: "eu", count: 1 }],
      teams: [{ id: ada.user_id, count: 2 }],
    });
    const { changed, results } = await service.changeTags(ada, {
      ...{ bot_ids: [first.bot_id, third.bot_id], add: [], remove: ["PROD"] },
    });
    expect([changed, results[1]!.code]).toEqual([1, "NOT_FOUND"]);
    expect(await found({ tag: "prod" })).toEqual(["Bot 2"]);
  });

  it("go with the bot, so that the next bot of the same id has none", async () => {
    const { service, ada, create } = room.fresh();
    const { bot_id } = await create();
    await service.putTags(ada, bot_id, ["gone"]);
    await service.remove(ada, bot_id);
    await service.tidy();
    expect((await service.facets(ada)).tags).toEqual([]);
    await service.register(ada, { bot_id });
    expect(await service.tags(ada, bot_id)).toEqual({ tags: [], reported_tags: [] });
    await expect(service.putTags(nobody, bot_id, [])).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("are computed for bots that an upgrade brought, once", async () => {
    const { service, ada, create } = room.fresh();
    const { bot_id } = await create();
    const metadata = JSON.stringify({ tags: ["old"], platform: "irc" });
    await database.run(`UPDATE bot SET name_key = '', metadata = '${metadata}' WHERE id = '${bot_id}'`);
    await service.labelBots();
    const { tags, platforms } = await service.facets(ada);
    expect([tags, platforms]).toEqual([[{ value: "old", count: 1 }], [{ value: "irc", count: 1 }]]);
    expect(await room.store.labelSome()).toBe(0);
  });
});
