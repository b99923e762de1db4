import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db, query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll } from "@/tests/db/telemetry";
import { END } from "../export/walk";
import { createIngestStore } from "../store.hot";
import { createReader } from "../store.read";
import type { Filter } from "./match";
import { createIndexStore, markOf } from "./store.index";
import { matches, parseSearch } from "./tokenize";

describe.each(databases)("search on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const logs = createReader("log");
  const messages = createReader("message");
  const index = createIndexStore();
  const all = async (filter: Filter, order?: "asc" | "desc") => (await readAll(logs, filter, order)).rows;
  const bot = async (id: string) =>
    await query().selectFrom("bot").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  const count = async (table: string) => (await db().all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;

  const catchUp = async () => {
    for (const table of ["log", "message"] as const) while ((await index.advance(table, 1_000)).rows > 0);
  };

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    for (const table of ["bot", "command"]) await db().run(`DELETE FROM ${table}`);
    await addOwnedBots();
  });
  afterAll(() => database.close());

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
        await store.addLogs({ bot_id: "ada", at: Date.now(), rows: lines.map((line) => aLog(line)) });
        await index.advance("log", share % 26);
        const search = parseSearch(query);
        const rows = await all({}, "desc");
        const expected = rows.filter((row) => !search || matches(row.message, search)).map((row) => row.seq);
        expect((await all({ search })).map((row) => row.seq)).toEqual(expected);
        expect((await all({ search, visible: { teams: [1], bots: [] } }, "asc")).map((row) => row.seq)).toEqual(
          expected.toReversed(),
        );
        expect(
          await all({ search: search ?? { wholeWords: [], prefix: "e" }, visible: { teams: [2], bots: [] } }),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("finds old rows with a common beginning behind many newer ones", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: [aLog("connection needle")] });
    for (let round = 0; round < 4; round++)
      await store.addLogs({
        bot_id: "ada",
        at: 1,
        rows: Array.from({ length: 500 }, (_, i) => aLog(`connected ${i}`)),
      });
    await catchUp();
    const page = async (search: string) =>
      (await logs.page({ search: parseSearch(search) }, { above: 0, below: END, order: "desc", limit: 3 })).rows;
    expect((await page("needl*")).map((row) => row.message)).toEqual(["connection needle"]);
    expect((await page("conn*")).map((row) => row.message)).toEqual([
      "connected 499",
      "connected 498",
      "connected 497",
    ]);
    expect((await all({ search: parseSearch("connect*") })).length).toBe(2001);
  });

  it("asks the index for the rarest of several terms, and for all of them when none is rare", async () => {
    const line = (at: number) =>
      aLog(`${at % 2 ? "odd" : "even"} ${at % 3 ? "" : "third"} ${at % 150 ? "" : "rare"}`, at % 70 ? "info" : "error");
    const numbers = Array.from({ length: 1_200 }, (_, at) => at);
    for (let from = 0; from < numbers.length; from += 400)
      await store.addLogs({ bot_id: "ada", at: 1, rows: numbers.slice(from, from + 400).map(line) });
    await catchUp();
    const statements = vi.spyOn(db(), "all");
    const found = async (text: string, levels?: string[]) => {
      const before = statements.mock.calls.length;
      const rows = await all({ search: parseSearch(text), levels });
      const queries = statements.mock.calls.slice(before).map(([, params]) => String(params?.[0]));
      return [rows.length, queries.some((query) => query.includes(" AND "))];
    };
    const isSqlite = kind.provider === "sqlite";
    expect(await found("even third")).toEqual([200, isSqlite]);
    expect(await found("odd even")).toEqual([0, isSqlite]);
    expect(await found("even third rare")).toEqual([8, false]);
    expect(await found("odd third rare")).toEqual([0, false]);
    expect(await found("even", ["error"])).toEqual([18, false]);
    expect(await found("odd absent")).toEqual([0, false]);
    statements.mockRestore();
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
      const range = { above: 0, below: END, order: "desc" as const, limit: 10 };
      expect((await messages.page({ thread_id }, range)).rows.map((row) => row.thread_id)).toEqual([thread_id]);
    }
    await catchUp();
    for (const thread_id of threads) {
      const range = { above: 0, below: END, order: "desc" as const, limit: 10 };
      expect(
        (await messages.page({ thread_id, visible: { teams: [1], bots: [] } }, range)).rows.map((row) => row.thread_id),
      ).toEqual([thread_id]);
    }
    expect(await bot("ada")).toMatchObject({ total_messages: threads.length });
  });

  it("indexes each row once when several do it at the same time", async () => {
    await store.addLogs({ bot_id: "ada", at: 1, rows: Array.from({ length: 400 }, (_, i) => aLog(`line ${i}`)) });
    await Promise.all(Array.from({ length: 8 }, () => index.advance("log", 100)));
    await catchUp();
    expect(await markOf("log")).toBe(await logs.top());
    expect(await count("log_fts")).toBe(400);
    expect((await all({ search: parseSearch("line") })).length).toBe(400);
  });

  it("can be prepared at each start", async () => {
    await index.prepare();
    await index.prepare();
    const sizes =
      kind.provider === "sqlite" ? await db().all("SELECT v FROM log_fts_config WHERE k = 'deletemerge'") : [];
    expect(sizes).toEqual(kind.provider === "sqlite" ? [{ v: 0 }] : []);
  });
});
