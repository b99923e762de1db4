/** Status, settings and uptime of bots on the real store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aBotRoom, type BotRoom } from "@/tests/bot-room";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";

describe.each(databases)("status and settings of bots on $provider", (provider) => {
  let database: TestDatabase;
  let emit: BotRoom["emit"];
  let clock: BotRoom["clock"];
  let room: BotRoom;
  let service: ReturnType<BotRoom["fresh"]>["service"];
  let ada: ReturnType<BotRoom["fresh"]>["ada"];
  let create: ReturnType<BotRoom["fresh"]>["create"];
  beforeAll(async () => {
    database = await openRoom(provider);
    room = aBotRoom();
    ({ emit, clock } = room);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    ({ service, ada, create } = room.fresh());
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
      clock.at += 1_800_000;
      await service.report(ada, bot_id, { status: "offline" });
      clock.at += 1_800_000;
      const { uptime, slots, changes } = await service.uptime(ada, bot_id, 1);
      expect(uptime).toBeCloseTo(0.5, 2);
      expect(slots).toHaveLength(48);
      expect(changes.map((change) => change.status)).toEqual(expect.arrayContaining(["online", "offline"]));
    });
  });

  it("keep what held when old history is dropped", async () => {
    const { bot_id } = await create();
    await service.report(ada, bot_id, { status: "online" });
    clock.at += 40 * 86_400_000;
    await service.tidy();
    expect(await service.uptime(ada, bot_id, 720)).toMatchObject({ uptime: 1, changes: [] });
    await service.report(ada, bot_id, { status: "offline" });
    clock.at += 360 * 3_600_000;
    expect((await service.uptime(ada, bot_id, 720)).uptime).toBeCloseTo(0.5, 5);
  });
});
