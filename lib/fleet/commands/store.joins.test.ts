/** Reads commands as other rooms do, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { oldestWait, queueHead, recentFailures, recentReach, recentWaits } from "./store.joins";
import { createReader } from "./store.read";
import { createRetention } from "./store.retention";
import { countCommandTypes } from "./store.statistics";

describe.each(databases)("commands as other rooms read them, on $provider", (provider) => {
  let database: TestDatabase;
  let bot: string;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.run("DELETE FROM command");
    bot = await aStoredBot({ total_commands: 4, completed_commands: 2, failed_commands: 1 });
  });

  const ofBot = () => query().selectFrom("bot as b").where("b.id", "=", bot);

  it("gives since when a bot's commands have waited that may be handed out", async () => {
    const oldest = (at: number) =>
      ofBot()
        .select((eb) => oldestWait(eb.ref("b.id"), at).as("since"))
        .executeTakeFirst();
    expect(await oldest(100)).toEqual({ since: null });
    await aStoredCommand({ bot_id: bot, created_at: 10, run_at: 60 });
    await aStoredCommand({ bot_id: bot, created_at: 20 });
    await aStoredCommand({ bot_id: bot, created_at: 5, status: "completed" });
    expect(await oldest(50)).toEqual({ since: 20 });
    await aStoredCommand({ bot_id: bot, created_at: 15 });
    expect(await oldest(100)).toEqual({ since: 15 });
  });

  it("lists no command of a bot that is being deleted", async () => {
    const gone = await aStoredBot({ status: "deleting" });
    const kept = await aStoredCommand({ bot_id: bot, owner_id: 1 });
    await aStoredCommand({ bot_id: gone, owner_id: 1 });
    const page = { order: "asc", after: undefined, limit: 10 } as const;
    for (const visible of [undefined, { teams: [1], bots: [] }]) {
      const { rows } = await createReader().list({ visible }, page);
      expect(rows.map(({ row }) => row.id)).toEqual([kept]);
    }
  });

  it("gives the head of a queue by priority, then by age", async () => {
    await aStoredCommand({ bot_id: bot, created_at: 10 });
    await aStoredCommand({ bot_id: bot, created_at: 20, rank: -1 });
    await aStoredCommand({ bot_id: bot, created_at: 30, rank: -1 });
    const head = ofBot().select((eb) => queueHead(eb.ref("b.id")).as("since"));
    expect(await head.executeTakeFirst()).toEqual({ since: 20 });
    const least = query()
      .selectFrom("bot as b")
      .select((eb) => eb.fn.min<number>(queueHead(eb.ref("b.id")).$asScalar()).as("since"));
    expect(await least.executeTakeFirst()).toEqual({ since: 20 });
  });

  it("gives failures and waits among the newest commands", async () => {
    await aStoredCommand({ bot_id: bot, created_at: 1, status: "failed", completed_at: 2 });
    await aStoredCommand({ bot_id: bot, created_at: 3, status: "failed", completed_at: 4, reason: "cancelled" });
    await aStoredCommand({ bot_id: bot, created_at: 5, status: "failed", completed_at: 6, reason: "expired" });
    await aStoredCommand({ bot_id: bot, created_at: 7, run_at: 8 });
    const failures = (rows: number) =>
      query().selectFrom(recentFailures(rows).as("f")).select(["f.bot_id", "f.at"]).orderBy("f.at").execute();
    expect(await failures(10)).toEqual([
      { bot_id: bot, at: 2 },
      { bot_id: bot, at: 6 },
    ]);
    expect(await failures(2)).toEqual([{ bot_id: bot, at: 6 }]);
    const waits = query().selectFrom(recentWaits(2).as("w")).selectAll().orderBy("w.from");
    expect(await waits.execute()).toEqual([
      { bot_id: bot, owner_id: null, from: 5, until: 6 },
      { bot_id: bot, owner_id: null, from: 8, until: null },
    ]);
    const reach = await recentReach(2).executeTakeFirstOrThrow();
    expect(reach.first).toBe(5);
    expect(reach.last).toBeGreaterThanOrEqual(4);
  });

  it("counts the types of a bot's commands, the most used first", async () => {
    for (const type of ["ping", "stop", "stop"]) await aStoredCommand({ bot_id: bot, type });
    expect(Object.entries(await countCommandTypes(bot))).toEqual([
      ["stop", 2],
      ["ping", 1],
    ]);
  });

  it("removes settled commands of before a time and lowers the bot's counters", async () => {
    await aStoredCommand({ bot_id: bot, created_at: 1, status: "completed", completed_at: 2 });
    await aStoredCommand({ bot_id: bot, created_at: 1 });
    await aStoredCommand({ bot_id: bot, created_at: 3, status: "failed", completed_at: 20 });
    await aStoredCommand({ bot_id: bot, created_at: 4, status: "failed", completed_at: 5 });
    const { removeSettled } = createRetention();
    const next = await removeSettled(10, 0, 3);
    expect(next).toBeTypeOf("number");
    expect(await removeSettled(10, next!, 3)).toBeNull();
    const left = await query().selectFrom("command").select(["status", "created_at"]).orderBy("seq").execute();
    expect(left).toEqual([
      { status: "pending", created_at: 1 },
      { status: "failed", created_at: 3 },
    ]);
    const counters = ofBot().select(["total_commands", "completed_commands", "failed_commands"]);
    expect(await counters.executeTakeFirst()).toEqual({ total_commands: 2, completed_commands: 1, failed_commands: 0 });
  });
});
