import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db, query, takeTurn } from "@/lib/core/db";
import { createTelemetryJobs } from "@/lib/fleet/telemetry/jobs";
import type { Filter } from "@/lib/fleet/telemetry/search/match";
import { createIndexStore } from "@/lib/fleet/telemetry/search/store.index";
import { parseSearch } from "@/lib/fleet/telemetry/search/tokenize";
import { createIngestStore } from "@/lib/fleet/telemetry/store.hot";
import { createReader } from "@/lib/fleet/telemetry/store.read";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { blocked } from "@/tests/db/locks";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll, storedCommands } from "@/tests/db/telemetry";
import { createRetentionStore } from "./store";
import { createPolicyStore } from "./store.policy";

const DAY = 86_400_000;

describe.each(databases)("retention of telemetry on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const logs = createReader("log");
  const policy = createPolicyStore();
  const retention = createRetentionStore();
  const chores = createTelemetryJobs({
    ...{ index: createIndexStore(), retention, policy, commands: storedCommands, now: Date.now },
  });
  const all = async (filter: Filter, order?: "asc" | "desc") => (await readAll(logs, filter, order)).rows;
  const bot = async (id: string) =>
    await query().selectFrom("bot").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  const count = async (table: string) => (await db().all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    for (const table of ["bot", "command"]) await db().run(`DELETE FROM ${table}`);
    await addOwnedBots();
  });
  afterAll(() => database.close());

  it("prunes by age and by count, with index entries and counters", async () => {
    const old = Date.now() - 31 * DAY;
    await store.addLogs({ bot_id: "ada", at: old, rows: Array.from({ length: 300 }, () => aLog("old", "error")) });
    await store.addLogs({
      bot_id: "ada",
      at: Date.now(),
      rows: Array.from({ length: 50 }, () => aLog("new", "error")),
    });
    await store.addLogs({ bot_id: "bob", at: Date.now(), rows: Array.from({ length: 30 }, () => aLog("new")) });
    await chores.catchUp();
    await chores.prune();
    expect(await count("log")).toBe(80);
    await chores.catchUp();
    expect(await count("log_fts")).toBe(80);
    expect(await bot("ada")).toMatchObject({ total_logs: 50, error_logs: 50 });

    await policy.changePolicy({ logs_days: 0, logs_per_bot: 40 });
    await chores.prune();
    expect(await bot("ada")).toMatchObject({ total_logs: 40, error_logs: 40 });
    expect(await bot("bob")).toMatchObject({ total_logs: 30 });
    await chores.catchUp();
    expect(await count("log_fts")).toBe(70);
  });

  it("prunes settled commands only", async () => {
    const old = Date.now() - 100 * DAY;
    const add = (id: string, status: string, at: number) =>
      query()
        .insertInto("command")
        .values({
          id,
          bot_id: "ada",
          owner_id: 1,
          type: "ping",
          status,
          created_at: at,
          completed_at: status === "pending" ? null : at,
        })
        .execute();
    await add("a", "completed", old);
    await add("b", "pending", old);
    await add("c", "failed", old);
    await add("d", "completed", Date.now());
    await db().run(
      "UPDATE bot SET total_commands = 4, pending_commands = 1, completed_commands = 2, failed_commands = 1 WHERE id = 'ada'",
    );
    await chores.prune();
    expect((await db().all<{ id: string }>("SELECT id FROM command ORDER BY id")).map((row) => row.id)).toEqual([
      "b",
      "d",
    ]);
    const [row] = await db().all(
      "SELECT total_commands, pending_commands, completed_commands, failed_commands FROM bot WHERE id = 'ada'",
    );
    expect(row).toMatchObject({ total_commands: 2, pending_commands: 1, completed_commands: 1, failed_commands: 0 });
  });

  it("purges what a deleted bot left", async () => {
    for (const bot_id of ["ada", "bob"])
      await store.addLogs({ bot_id, at: 1, rows: Array.from({ length: 350 }, (_, i) => aLog(`line ${i}`)) });
    await chores.catchUp();
    await chores.purge("ada");
    expect(await count("log")).toBe(350);
    expect((await all({})).every((row) => row.bot_id === "bob")).toBe(true);
    await chores.catchUp();
    expect(await count("log_fts")).toBe(350);
  });

  it("finds no removed row while its index entry is still there", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: Array.from({ length: 450 }, () => aLog("same line", "error")) });
    await store.addLogs({ bot_id: "bob", at: 1, rows: Array.from({ length: 3 }, () => aLog("same line", "error")) });
    await chores.catchUp();
    expect(await retention.removeOlder("log", 2, 420)).toMatchObject({ rows: 420 });
    const search = parseSearch("same line ");
    for (const filter of [{ search }, { levels: ["error"] }, { search, levels: ["error"], bot_id: "ada" }])
      for (const order of ["asc", "desc"] as const)
        expect(await all(filter, order)).toHaveLength(filter.bot_id ? 30 : 33);
  });

  it("measures a slice without its wait for other writers, so that a busy database does not make it smaller", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: Array.from({ length: 300 }, () => aLog("line")) });
    let clock = 0;
    const watch = vi.spyOn(performance, "now").mockImplementation(() => clock);
    const [held, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = db().write(async (tx) => {
      await takeTurn(tx);
      held.resolve();
      await gate.promise;
    });
    await held.promise;
    const slice = retention.removeOlder("log", 2, 300);
    await blocked(database, kind.provider);
    clock = 5_000;
    gate.resolve();
    expect(await slice).toEqual({ rows: 300, ms: 0 });
    await holder;
    watch.mockRestore();
  });
});
