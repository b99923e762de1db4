import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { createTelemetryJobs } from "./jobs";
import { createIndexStore, markOf } from "./search/store.index";
import type { Filter } from "./search/store.match";
import { level, matches, parseSearch } from "./search/tokenize";
import { createTelemetryStore, type NewLog } from "./store";
import { createReader } from "./store.read";
import { createRetentionStore } from "./store.retention";
import { walk } from "./walk";

const TOP = Number.MAX_SAFE_INTEGER;
const DAY = 86_400_000;
const log = (message: string, type = "info"): NewLog => ({ type, message, metadata: null, event_at: null });

describe.each(databases)("telemetry stores on $provider", (kind) => {
  let database: TestDatabase;
  const store = createTelemetryStore();
  const logs = createReader("log");
  const messages = createReader("message");
  const index = createIndexStore();
  const retention = createRetentionStore();
  const failures: unknown[] = [];
  const chores = createTelemetryJobs({ index, retention, now: Date.now });

  const addBot = (id: string, owner_id: number | null) => aStoredBot({ id, owner_id });
  const bot = async (id: string) =>
    (
      await db().all<{ total_logs: number; error_logs: number; total_messages: number }>(
        "SELECT total_logs, error_logs, total_messages FROM bot WHERE id = $1",
        [id],
      )
    )[0];
  const count = async (table: string) => (await db().all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;
  const all = (filter: Filter, order: "asc" | "desc" = "desc") =>
    logs.page(filter, { above: 0, below: TOP, order, limit: 10_000 });

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    for (const table of ["log", "message", "bot", "setting", "command"]) await db().run(`DELETE FROM ${table}`);
    for (const table of ["log_fts", "message_fts"]) await db().run(`DELETE FROM ${table}`);
    await addBot("ada", 1);
    await addBot("bob", 2);
  });
  afterAll(async () => {
    await database.close();
    expect(failures).toEqual([]);
  });

  it("stores the jobs of one flush with rising seqs, counts them, and refuses only the bot that is gone", async () => {
    const at = Date.now();
    const results = await Promise.allSettled([
      store.addLogs({ bot_id: "ada", at, rows: [log("one"), log("two", "Error")] }),
      store.addLogs({ bot_id: "gone", at, rows: [log("lost")] }),
      store.addLogs({ bot_id: "bob", at, rows: [log("three", "warning")] }),
      store.addLogs({ bot_id: "ada", at, rows: [log("four")] }),
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

  it("finds rows by when they happened, in the order they came, however late they are", async () => {
    const start = Date.now() - 20 * DAY;
    const hour = 3_600_000;
    // Every hour a line on time; every third is followed by one that waited 0 to 12 hours.
    for (let at = 0; at < 48; at++) {
      const rows = [{ ...log(`on time ${at}`), event_at: at % 2 ? start + at * hour - 30_000 : null }];
      if (at % 3 === 0)
        rows.push({ ...log(`late ${at} word`, "error"), event_at: start + at * hour - (at % 13) * hour });
      if (at % 8 === 0) rows.push({ ...log(`ahead ${at} word`), event_at: start + at * hour + 240_000 });
      await store.addLogs({ bot_id: at % 4 ? "ada" : "bob", at: start + at * hour, rows });
    }
    await index.advance("log", 40);
    const everything = await all({}, "asc");
    const eventOf = (row: { event_at: number | null; at: number }) => row.event_at ?? row.at;
    const filters: Filter[] = [
      {},
      { bot_id: "ada" },
      { owner_id: 2, search: parseSearch("word") },
      { levels: ["error"] },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...filters),
        fc.integer({ min: -15, max: 50 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom("asc" as const, "desc" as const),
        async (base, from, length, limit, order) => {
          const filter = { ...base, from: start + from * hour - 60_000, to: start + (from + length) * hour + 60_000 };
          const expected = everything.filter(
            (row) =>
              eventOf(row) >= filter.from &&
              eventOf(row) < filter.to &&
              (!base.bot_id || row.bot_id === base.bot_id) &&
              (!base.owner_id || row.owner_id === base.owner_id) &&
              (!base.levels || row.type === "error") &&
              (!base.search || row.message.includes("word")),
          );
          const found: string[] = [];
          for (let cursor: number | undefined; ; ) {
            const open = { above: 0, below: TOP };
            if (cursor !== undefined) Object.assign(open, order === "asc" ? { above: cursor } : { below: cursor });
            const rows = await logs.page(filter, { ...(await logs.within(filter, open)), order, limit });
            found.push(...rows.map((row) => row.message));
            if (rows.length < limit) break;
            cursor = rows.at(-1)!.seq;
          }
          const messages = expected.map((row) => row.message);
          expect(found).toEqual(order === "asc" ? messages : messages.reverse());
          const exported: string[] = [];
          for await (const rows of walk(logs, filter, limit)) exported.push(...rows.map((row) => row.message));
          expect(exported).toEqual(expected.slice(-limit).map((row) => row.message));
        },
      ),
      { numRuns: kind.provider === "sqlite" ? 150 : 60 },
    );
  });

  it("finds late rows by their index, not by looking through what was stored since", async () => {
    const sql = `SELECT seq FROM log WHERE +seq > $1 AND event_at < at - 60000 AND event_at >= $2 AND event_at < $3 ORDER BY +seq LIMIT 10`;
    const plan = await db().write(async (tx) => {
      // A planner would rather read an empty table whole.
      if (tx.provider === "postgresql") await tx.run("SET LOCAL enable_seqscan = off");
      const explain = tx.provider === "sqlite" ? "EXPLAIN QUERY PLAN" : "EXPLAIN";
      return JSON.stringify(await tx.all(`${explain} ${sql}`, [0, 1, 2]));
    });
    expect(plan).toContain("log_late_idx");
  });

  it("refuses logs of a bot that is being deleted", async () => {
    await db().run("UPDATE bot SET status = 'deleting' WHERE id = 'ada'");
    await expect(store.addLogs({ bot_id: "ada", at: 1, rows: [log("late")] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await all({})).toEqual([]);
  });

  it("stores text of every kind as it was sent", async () => {
    const odd = ["'; DROP TABLE log; --", '{"a":"b\\u0000"}', "tab\tnew\nline", "💥 ünï", "$1 $2", "\u0001\u001f"];
    await store.addLogs({
      bot_id: "ada",
      at: 5,
      rows: odd.map((text) => ({ ...log(text), metadata: `{"x":${JSON.stringify(text)}}` })),
    });
    const rows = await all({}, "asc");
    expect(rows.map((row) => row.message)).toEqual(odd);
    expect(rows.map((row) => JSON.parse(row.metadata!).x)).toEqual(odd);
    expect(rows[0]!.at).toBe(5);
  });

  it("returns every row once when a cursor walks, whatever the page size, filter and direction", async () => {
    const types = ["info", "warn", "Warning", "error"];
    const total = 300;
    for (const bot_id of ["ada", "bob"])
      await store.addLogs({
        bot_id,
        at: Date.now(),
        rows: Array.from({ length: total / 2 }, (_, i) => log(`line ${i} ${i % 7 === 0 ? "seven" : ""}`, types[i % 4])),
      });
    await index.advance("log", 170);
    const everything = await all({}, "asc");
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          limit: fc.integer({ min: 1, max: 120 }),
          order: fc.constantFrom("asc" as const, "desc" as const),
          bot_id: fc.constantFrom(undefined, "ada", "bob"),
          owner_id: fc.constantFrom(undefined, 1, 2, 3),
          levels: fc.constantFrom<string[] | undefined>(undefined, ["warning"], ["error", "info"], ["none"]),
          search: fc.constantFrom(undefined, "seven", "lin", "seven line", "line 14"),
        }),
        async ({ limit, order, search, ...rest }) => {
          const filter: Filter = { ...rest, search: parseSearch(search) };
          const seen: number[] = [];
          let range = { above: 0, below: TOP };
          for (;;) {
            const rows = await logs.page(filter, { ...range, order, limit });
            seen.push(...rows.map((row) => row.seq));
            if (rows.length < limit) break;
            const last = rows.at(-1)!.seq;
            range = order === "desc" ? { above: 0, below: last } : { above: last, below: TOP };
          }
          const expected = everything
            .filter((row) => !rest.bot_id || row.bot_id === rest.bot_id)
            .filter((row) => !rest.owner_id || row.owner_id === rest.owner_id)
            .filter((row) => !rest.levels || rest.levels.includes(level(row.type)))
            .filter((row) => !filter.search || matches(row.message, filter.search))
            .map((row) => row.seq);
          expect(seen).toEqual(order === "desc" ? expected.reverse() : expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("searches indexed and new rows alike, for any text", async () => {
    const piece = fc.constantFrom(
      "error",
      "err",
      "Ünïcode",
      "привет",
      "при",
      "连接",
      "🎉",
      "a",
      "user_id",
      "x1",
      "…",
      '"',
      "*",
      "AND",
      "NEAR(",
      "scope:",
      "o1",
      "-",
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(" "));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 25 }), text, fc.nat(), async (lines, query, share) => {
        await db().run("DELETE FROM log");
        await store.addLogs({ bot_id: "ada", at: Date.now(), rows: lines.map((line) => log(line)) });
        await index.advance("log", share % 26);
        const search = parseSearch(query);
        const rows = await all({}, "desc");
        const expected = rows.filter((row) => !search || matches(row.message, search)).map((row) => row.seq);
        expect((await all({ search })).map((row) => row.seq)).toEqual(expected);
        expect((await all({ search, owner_id: 1 }, "asc")).map((row) => row.seq)).toEqual(expected.toReversed());
        expect(await all({ search: search ?? { words: [], prefix: "e" }, owner_id: 2 })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("finds old rows with a common beginning behind many newer ones", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: [log("connection needle")] });
    for (let round = 0; round < 4; round++)
      await store.addLogs({ bot_id: "ada", at: 1, rows: Array.from({ length: 500 }, (_, i) => log(`connected ${i}`)) });
    await chores.catchUp();
    const page = (search: string) =>
      logs.page({ search: parseSearch(search) }, { above: 0, below: TOP, order: "desc", limit: 3 });
    expect((await page("needl")).map((row) => row.message)).toEqual(["connection needle"]);
    expect((await page("conn")).map((row) => row.message)).toEqual(["connected 499", "connected 498", "connected 497"]);
    expect((await all({ search: parseSearch("connect") })).length).toBe(2001);
  });

  it("finds messages by thread, whatever the thread is called", async () => {
    const threads = ["42", '4"2', "a b", "привет", "x".repeat(256)];
    const message = (thread_id: string, index: number) => ({
      id: `msg_${index}`,
      message: "hi",
      author_id: "7",
      author_name: "Bob",
      thread_id,
      thread_type: "GROUP" as const,
      metadata: null,
      event_at: null,
    });
    await store.addMessages({ bot_id: "ada", at: 1, rows: threads.map(message) });
    for (const thread_id of threads) {
      const range = { above: 0, below: TOP, order: "desc" as const, limit: 10 };
      expect((await messages.page({ thread_id }, range)).map((row) => row.thread_id)).toEqual([thread_id]);
    }
    await chores.catchUp();
    for (const thread_id of threads) {
      const range = { above: 0, below: TOP, order: "desc" as const, limit: 10 };
      expect((await messages.page({ thread_id, owner_id: 1 }, range)).map((row) => row.thread_id)).toEqual([thread_id]);
    }
    expect(await bot("ada")).toMatchObject({ total_messages: threads.length });
  });

  it("narrows to a span of time", async () => {
    const minute = 60_000;
    for (let at = 0; at < 200; at++)
      await store.addLogs({ bot_id: "ada", at: at * minute, rows: [log(`minute ${at}`)] });
    const filter = { from: 50 * minute, to: 60 * minute };
    const range = await logs.within(filter, { above: 0, below: TOP });
    const rows = await logs.page(filter, { ...range, order: "asc", limit: 500 });
    expect(rows.map((row) => row.message)).toEqual(Array.from({ length: 10 }, (_, i) => `minute ${50 + i}`));
    expect(range.below - range.above).toBeLessThan(20);
    expect(await logs.within({ from: 10_000 * minute }, { above: 0, below: 5 })).toMatchObject({ below: 5 });
  });

  it("indexes each row once when several do it at the same time", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: Array.from({ length: 400 }, (_, i) => log(`line ${i}`)) });
    await Promise.all(Array.from({ length: 8 }, () => index.advance("log", 100)));
    await chores.catchUp();
    expect(await markOf("log")).toBe(await logs.top());
    expect(await count("log_fts")).toBe(400);
    expect((await all({ search: parseSearch("line") })).length).toBe(400);
  });

  it("prunes by age and by count, with index entries and counters", async () => {
    const old = Date.now() - 31 * DAY;
    await store.addLogs({ bot_id: "ada", at: old, rows: Array.from({ length: 300 }, () => log("old", "error")) });
    await store.addLogs({ bot_id: "ada", at: Date.now(), rows: Array.from({ length: 50 }, () => log("new", "error")) });
    await store.addLogs({ bot_id: "bob", at: Date.now(), rows: Array.from({ length: 30 }, () => log("new")) });
    await chores.catchUp();
    await chores.prune();
    expect(await count("log")).toBe(80);
    expect(await count("log_fts")).toBe(80);
    expect(await bot("ada")).toMatchObject({ total_logs: 50, error_logs: 50 });

    await retention.changePolicy({ logs_days: 0, logs_per_bot: 40 });
    await chores.prune();
    expect(await bot("ada")).toMatchObject({ total_logs: 40, error_logs: 40 });
    expect(await bot("bob")).toMatchObject({ total_logs: 30 });
    expect(await count("log_fts")).toBe(70);
  });

  it("prunes settled commands only", async () => {
    const old = Date.now() - 100 * DAY;
    const add = (id: string, status: string, at: number) =>
      db().run(
        "INSERT INTO command (id, bot_id, owner_id, type, status, created_at, completed_at) VALUES ($1, 'ada', 1, 'ping', $2, $3, $4)",
        [id, status, at, status === "pending" ? null : at],
      );
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
      await store.addLogs({ bot_id, at: 1, rows: Array.from({ length: 350 }, (_, i) => log(`line ${i}`)) });
    await chores.catchUp();
    await chores.purge("ada");
    expect(await count("log")).toBe(350);
    expect(await count("log_fts")).toBe(350);
    expect((await all({})).every((row) => row.bot_id === "bob")).toBe(true);
  });

  it("keeps synced fields that a later sync leaves out", async () => {
    expect(await store.data("ada")).toBeNull();
    await store.sync("ada", 1000, { groups: [1], friends: ["x"] });
    expect(await store.sync("ada", 2000, { groups: [2] })).toEqual({
      owner_id: 1,
      data: { groups: [2], friends: ["x"] },
    });
    expect(await store.data("ada")).toEqual({ data: { groups: [2], friends: ["x"] }, at: 2000 });
    expect(await store.sync("gone", 1, {})).toBeNull();
  });
});
