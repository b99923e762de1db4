import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { includes, type VisibleBots } from "@/lib/identity/access";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll } from "@/tests/db/telemetry";
import { END, walk } from "./export/walk";
import type { Filter } from "./search/match";
import { createIndexStore } from "./search/store.index";
import { lateRows } from "./search/store.statements";
import { level, matches, parseSearch } from "./search/tokenize";
import { createIngestStore } from "./store.hot";
import { createReader } from "./store.read";

const DAY = 86_400_000;

describe.each(databases)("reads of telemetry on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const logs = createReader("log");
  const index = createIndexStore();
  const all = async (filter: Filter, order?: "asc" | "desc") => (await readAll(logs, filter, order)).rows;

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    for (const table of ["bot", "command"]) await db().run(`DELETE FROM ${table}`);
    await addOwnedBots();
  });
  afterAll(() => database.close());

  it("finds rows by when they happened, in the order they came, however late they are", async () => {
    const start = Date.now() - 20 * DAY;
    const hour = 3_600_000;
    // Every hour a line on time; every third is followed by one that waited 0 to 12 hours.
    for (let at = 0; at < 48; at++) {
      const rows = [{ ...aLog(`on time ${at}`), event_at: at % 2 ? start + at * hour - 30_000 : null }];
      if (at % 3 === 0)
        rows.push({ ...aLog(`late ${at} word`, "error"), event_at: start + at * hour - (at % 13) * hour });
      if (at % 8 === 0) rows.push({ ...aLog(`ahead ${at} word`), event_at: start + at * hour + 240_000 });
      await store.addLogs({ bot_id: at % 4 ? "ada" : "bob", at: start + at * hour, rows });
    }
    await index.advance("log", 40);
    const everything = await all({}, "asc");
    const eventOf = (row: { event_at: number | null; at: number }) => row.event_at ?? row.at;
    const filters: Filter[] = [
      {},
      { bot_id: "ada" },
      { visible: { teams: [2], bots: [] }, search: parseSearch("word") },
      { levels: ["error"] },
      { visible: { teams: [2, 9], bots: ["ada"] } },
      { visible: { teams: [1], bots: ["ada", "bob"] }, search: parseSearch("word") },
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
              (!base.visible || includes(base.visible, { id: row.bot_id, team_id: row.owner_id })) &&
              (!base.levels || row.type === "error") &&
              (!base.search || row.message.includes("word")),
          );
          const found = (await readAll(logs, filter, order, limit)).rows.map((row) => row.message);
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
    const { sql, parameters } = lateRows("log", { from: 1, to: 2 }, 10).compile();
    const plan = await db().write(async (tx) => {
      // A planner would rather read an empty table whole.
      if (tx.provider === "postgresql") await tx.run("SET LOCAL enable_seqscan = off");
      const explain = tx.provider === "sqlite" ? "EXPLAIN QUERY PLAN" : "EXPLAIN";
      return JSON.stringify(await tx.all(`${explain} ${sql}`, parameters as number[]));
    });
    expect(plan).toContain("log_late_idx");
  });

  it("returns every row once when a cursor walks, whatever the page size, filter and direction", async () => {
    const types = ["info", "warn", "Warning", "error"];
    const total = 300;
    for (const bot_id of ["ada", "bob"])
      await store.addLogs({
        bot_id,
        at: Date.now(),
        rows: Array.from({ length: total / 2 }, (_, i) =>
          aLog(`line ${i} ${i % 7 === 0 ? "seven" : ""}`, types[i % 4]),
        ),
      });
    await index.advance("log", 170);
    const everything = await all({}, "asc");
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          limit: fc.integer({ min: 1, max: 120 }),
          order: fc.constantFrom("asc" as const, "desc" as const),
          bot_id: fc.constantFrom(undefined, "ada", "bob"),
          visible: fc.constantFrom<VisibleBots | undefined>(
            undefined,
            { teams: [1], bots: [] },
            { teams: [3], bots: [] },
            { teams: [2, 3], bots: ["ada", "none"] },
          ),
          levels: fc.constantFrom<string[] | undefined>(undefined, ["warning"], ["error", "info"], ["none"]),
          search: fc.constantFrom(undefined, "seven", "lin*", "seven line", "line 14*"),
        }),
        async ({ limit, order, search, ...rest }) => {
          const filter: Filter = { ...rest, search: parseSearch(search) };
          const seen = (await readAll(logs, filter, order, limit)).rows.map((row) => row.seq);
          const expected = everything
            .filter((row) => !rest.bot_id || row.bot_id === rest.bot_id)
            .filter((row) => includes(rest.visible, { id: row.bot_id, team_id: row.owner_id }))
            .filter((row) => !rest.levels || rest.levels.includes(level(row.type)))
            .filter((row) => !filter.search || matches(row.message, filter.search))
            .map((row) => row.seq);
          expect(await logs.count(filter, { above: 0, below: END, order, limit: END })).toEqual({
            count: expected.length,
            next: null,
          });
          expect(seen).toEqual(order === "desc" ? expected.reverse() : expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("counts the rows that a search finds in the index without reading them", async () => {
    await store.addLogs({ bot_id: "ada", at: 1_000, rows: Array.from({ length: 30 }, (_, i) => aLog(`line ${i}`)) });
    while ((await index.advance("log", 1_000)).rows > 0);
    const all = vi.spyOn(db(), "all");
    const filter = { search: parseSearch("line") };
    expect((await logs.count(filter, { above: 0, below: END, order: "desc", limit: 20 })).count).toBe(20);
    const texts = all.mock.calls.map(([text]) => text);
    all.mockRestore();
    expect(texts.filter((text) => text.includes('"r".*'))).toEqual([]);
  });

  it("narrows to a span of time", async () => {
    const minute = 60_000;
    for (let at = 0; at < 200; at++)
      await store.addLogs({ bot_id: "ada", at: at * minute, rows: [aLog(`minute ${at}`)] });
    const filter = { from: 50 * minute, to: 60 * minute };
    const range = await logs.within(filter, { above: 0, below: END });
    const { rows } = await logs.page(filter, { ...range, order: "asc", limit: 500 });
    expect(rows.map((row) => row.message)).toEqual(Array.from({ length: 10 }, (_, i) => `minute ${50 + i}`));
    expect(range.below - range.above).toBeLessThan(20);
    expect(await logs.within({ from: 10_000 * minute }, { above: 0, below: 5 })).toMatchObject({ below: 5 });
  });
});
