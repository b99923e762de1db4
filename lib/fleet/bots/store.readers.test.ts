/** Readers, counters and parts of statements that other rooms use of bots. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db, queriesIn, query, transaction } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { botExists, queuedBots } from "./joins";
import { countQueued, countSettled, createCounterRaise } from "./store.counters.hot";
import { botCounters, botNames, botTeams, offlineBots, statusChanges, statusesBefore } from "./store.readers";
import { botsAbove, lockBot, lowerCounters, readCounter } from "./store.shared";
import { clearShownSeq, readShownSeq, writeShownSeq } from "./store.shown.hot";

describe.each(databases)("bots as other rooms read them on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    await db().run("DELETE FROM bot");
    await db().run("DELETE FROM status_change");
    await aStoredBot({ id: "a", name: "Ada", owner_id: 1, status: "online", last_active: 900, total_commands: 5 });
    await aStoredBot({ id: "b", name: "Ben", owner_id: 2, status: "offline", last_active: 100, status_since: 200 });
    await aStoredBot({ id: "c", name: "Cy", owner_id: null, status: "offline", last_active: 100, status_since: 100 });
    await aStoredBot({ id: "new", owner_id: null, status: "offline", last_active: 1, unclaimed_until: 5_000 });
    await aStoredBot({ id: "gone", owner_id: null, status: "deleting", pending_commands: 4, last_active: 1 });
  });
  const changes = async (...rows: [string, string, number][]) => {
    for (const [id, status, at] of rows)
      await db().run("INSERT INTO status_change (bot_id, status, at) VALUES ($1, $2, $3)", [id, status, at]);
  };

  it("names and owners leave out bots that are being deleted", async () => {
    expect(await botNames(["a", "gone", "none"])).toEqual(new Map([["a", "Ada"]]));
    expect([...(await botTeams(["c", "a"]))].sort()).toEqual([
      ["a", 1],
      ["c", null],
    ]);
    expect(await botNames([])).toEqual(new Map());
  });

  it("a condition of another room's statement finds out whether a bot exists", async () => {
    const exists = (id: string | null) =>
      query()
        .selectNoFrom((eb) =>
          eb
            .case()
            .when(botExists(eb.val(id)))
            .then(1)
            .else(0)
            .end()
            .as("yes"),
        )
        .executeTakeFirst();
    expect([await exists("a"), await exists("gone"), await exists(null)].map((row) => row?.yes)).toEqual([1, 0, 0]);
  });

  it("offline bots are in the scope, the longest offline first, without those that nobody adopted", async () => {
    const ids = async (...args: Parameters<typeof offlineBots>) => (await offlineBots(...args)).map(({ id }) => id);
    expect(await ids({}, 200, 10)).toEqual(["c", "b"]);
    expect(await ids({}, 199, 10)).toEqual(["c"]);
    expect(await ids({ visible: { teams: [2], bots: [] } }, 200, 10)).toEqual(["b"]);
    expect(await ids({ bot_ids: ["b", "a"] }, 200, 10)).toEqual(["b"]);
    expect(await ids({}, 200, 1)).toEqual(["c"]);
  });

  it("status history has the newest changes oldest first, and what held before them", async () => {
    await changes(["a", "offline", 10], ["a", "online", 20], ["b", "offline", 30], ["a", "busy", 40], ["new", "x", 50]);
    expect(await statusChanges({}, 20, 2)).toEqual([
      { bot_id: "b", status: "offline", at: 30 },
      { bot_id: "a", status: "busy", at: 40 },
    ]);
    expect(await statusChanges({ visible: { teams: [1], bots: [] } }, 40, 10)).toEqual([
      { bot_id: "a", status: "busy", at: 40 },
    ]);
    expect(await statusesBefore({}, 40, 10)).toEqual(
      expect.arrayContaining([
        { bot_id: "a", status: "online", at: 20 },
        { bot_id: "b", status: "offline", at: 30 },
      ]),
    );
    expect(await statusesBefore({ visible: { teams: [2], bots: [] } }, 30, 10)).toEqual([]);
  });

  it("counters rise and fall with rows, never below 0, and not for a bot that is gone", async () => {
    const raiseLogs = createCounterRaise(["total_logs", "error_logs"]);
    await db().write(async (tx) => {
      expect([await countQueued(tx, "a", 3, 1), await countQueued(tx, "gone", 1, 1)]).toEqual([true, false]);
      // It belongs to another team, or to somebody.
      expect([await countQueued(tx, "a", 3, 2), await countQueued(tx, "a", 3, null)]).toEqual([false, false]);
      await countSettled(tx, "a", { completed: 1, failed: 1, cancelled: 0 });
      const owners = await raiseLogs(tx, [
        { id: "a", total_logs: 4, error_logs: 1 },
        { id: "gone", total_logs: 1, error_logs: 0 },
      ]);
      expect(owners).toEqual(new Map([["a", 1]]));
      await lowerCounters(queriesIn(tx), new Map([["a", { total_logs: 1, error_logs: 7 }]]));
    });
    expect(await botCounters("a")).toMatchObject({
      ...{ total_commands: 8, pending_commands: 1, completed_commands: 1, failed_commands: 1 },
      ...{ total_logs: 3, error_logs: 0 },
    });
    expect(await botsAbove("total_logs", 2)).toEqual(["a"]);
    expect([await readCounter(query(), "a", "total_logs"), await readCounter(query(), "none", "total_logs")]).toEqual([
      3, 0,
    ]);
    expect((await queuedBots().execute()).map(({ id }) => id)).toEqual(["a"]);
  });

  it("a locked bot has an owner, one that is being deleted is not there", async () => {
    expect(await transaction((trx) => lockBot(trx, "a"))).toEqual({ owner_id: 1 });
    expect(await transaction((trx) => lockBot(trx, "gone"))).toBeUndefined();
  });

  it("the mark of what was shown is cleared only while it is the one named", async () => {
    await writeShownSeq(db(), "a", 7);
    await clearShownSeq(db(), "a", 6);
    expect(await readShownSeq(db(), "a")).toBe(7);
    await clearShownSeq(db(), "a", 7);
    expect(await readShownSeq(db(), "a")).toBeNull();
  });
});
