import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db, query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll } from "@/tests/db/telemetry";
import type { Filter } from "./search/match";
import { createDataStore } from "./store.data";
import { createIngestStore } from "./store.hot";
import { createReader } from "./store.read";

describe.each(databases)("writes of telemetry on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const data = createDataStore();
  const logs = createReader("log");
  const all = async (filter: Filter, order?: "asc" | "desc") => (await readAll(logs, filter, order)).rows;
  const bot = async (id: string) =>
    await query().selectFrom("bot").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    for (const table of ["bot", "command"]) await db().run(`DELETE FROM ${table}`);
    await addOwnedBots();
  });
  afterAll(() => database.close());

  it("stores the jobs of one flush with rising seqs, counts them, and refuses only the bot that is gone", async () => {
    const at = Date.now();
    const results = await Promise.allSettled([
      store.addLogs({ bot_id: "ada", at, rows: [aLog("one"), aLog("two", "Error")] }),
      store.addLogs({ bot_id: "gone", at, rows: [aLog("lost")] }),
      store.addLogs({ bot_id: "bob", at, rows: [aLog("three", "warning")] }),
      store.addLogs({ bot_id: "ada", at, rows: [aLog("four")] }),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { code: "NOT_FOUND" } });
    const rows = await all({}, "asc");
    expect(rows.map(({ bot_id, owner_id, message }) => [bot_id, owner_id, message])).toEqual([
      ["ada", 1, "one"],
      ["ada", 1, "two"],
      ["bob", 2, "three"],
      ["ada", 1, "four"],
    ]);
    const seqs = results.flatMap((result) => (result.status === "fulfilled" ? result.value.seqs : []));
    expect(seqs).toEqual(rows.map((row) => row.seq));
    expect(await bot("ada")).toMatchObject({ total_logs: 3, error_logs: 1 });
    expect(await bot("bob")).toMatchObject({ total_logs: 1, error_logs: 0 });
  });

  it("refuses logs of a bot that is being deleted", async () => {
    await db().run("UPDATE bot SET status = 'deleting' WHERE id = 'ada'");
    await expect(store.addLogs({ bot_id: "ada", at: 1, rows: [aLog("late")] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await all({})).toEqual([]);
  });

  it("stores text of every kind as it was sent", async () => {
    const odd = ["'; DROP TABLE log; --", '{"a":"b\\u0000"}', "tab\tnew\nline", "💥 ünï", "$1 $2", "\u0001\u001f"];
    await store.addLogs({
      bot_id: "ada",
      at: 5,
      rows: odd.map((text) => ({ ...aLog(text), metadata: `{"x":${JSON.stringify(text)}}` })),
    });
    const rows = await all({}, "asc");
    expect(rows.map((row) => row.message)).toEqual(odd);
    expect(rows.map((row) => JSON.parse(row.metadata!).x)).toEqual(odd);
    expect(rows[0]!.at).toBe(5);
  });

  it("keeps synced fields that a later sync leaves out", async () => {
    expect(await data.data("ada")).toBeNull();
    await data.sync("ada", 1000, { groups: [1], friends: ["x"] });
    expect(await data.sync("ada", 2000, { groups: [2] })).toEqual({
      team_id: 1,
      data: { groups: [2], friends: ["x"] },
    });
    expect(await data.data("ada")).toEqual({ data: { groups: [2], friends: ["x"] }, at: 2000 });
    expect(await data.sync("gone", 1, {})).toBeNull();
  });
});
