import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { includes, type VisibleBots } from "@/lib/identity/access";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, clearTelemetry, readAll, storeLogs } from "@/tests/db/telemetry";
import { END, walk } from "../export/walk";
import { createReader } from "../store.read";
import { nameOf, seqsOf } from "./blocks";
import { type Filter, fits } from "./match";
import { createIndexStore } from "./store.index";
import { searchBlock } from "./store.sqlite";
import { level, parseSearch } from "./tokenize";

const WORDS = ["started", "finished", "starts", "stop", "u12", "u123", "u1234", "needle"];
const BLOCK = seqsOf(1).first;

describe.each(databases)("searches of many blocks on $provider", (kind) => {
  let database: TestDatabase;
  const index = createIndexStore();
  const logs = createReader("log");
  /** Stops after each statement, and after each row that is tested. */
  const spent = { isSpent: async () => true };
  const hasty = createReader("log", () => ({ ...spent, forRows: () => spent }));

  const catchUp = async () => {
    while ((await index.advance("log", 1_000)).rows > 0);
  };

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(clearTelemetry);
  afterAll(() => database.close());

  it("finds what a test of each row finds, in both directions, however often an answer stops early", async () => {
    const line = fc.record({
      seq: fc.tuple(fc.nat(3), fc.integer({ min: -4, max: 4 })).map(([block, at]) => Math.max(1, block * BLOCK + at)),
      bot_id: fc.constantFrom("ada", "bob"),
      type: fc.constantFrom("info", "warn", "critical"),
      message: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((found) => found.join(" ")),
    });
    const asked = fc.record({
      search: fc.constantFrom(undefined, "started", "started finished", "finished sta*", "u12*", "u1234 u12", "absent"),
      levels: fc.constantFrom<string[] | undefined>(undefined, ["critical"], ["warning", "critical"]),
      bot_ids: fc.constantFrom<string[] | undefined>(undefined, ["ada"], ["ada", "bob"]),
      visible: fc.constantFrom<VisibleBots | undefined>(
        undefined,
        { teams: [1], bots: [] },
        { teams: [2], bots: [] },
        { teams: [2, 9], bots: ["ada"] },
      ),
      order: fc.constantFrom("asc" as const, "desc" as const),
      limit: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(line, { selector: ({ seq }) => seq, maxLength: 24 }),
        fc.nat(24),
        fc.array(asked, { minLength: 3, maxLength: 3 }),
        async (lines, indexed, queries) => {
          await clearTelemetry();
          const stored = lines.toSorted((a, b) => a.seq - b.seq);
          await storeLogs(stored);
          if (indexed > 0) await index.advance("log", indexed);
          for (const { search, order, limit, ...scope } of queries) {
            const filter: Filter = { ...scope, search: parseSearch(search) };
            const expected = (await logs.page({}, { above: 0, below: END, order, limit: 100 })).rows
              .filter((row) => !scope.bot_ids || scope.bot_ids.includes(row.bot_id))
              .filter((row) => includes(scope.visible, { id: row.bot_id, team_id: row.owner_id }))
              .filter((row) => !scope.levels || scope.levels.includes(level(row.type)))
              .filter((row) => fits(row, filter))
              .map((row) => row.seq);
            for (const reader of [logs, hasty])
              expect((await readAll(reader, filter, order, limit)).rows.map((row) => row.seq)).toEqual(expected);
            const exported: number[] = [];
            for await (const rows of walk(hasty, filter, limit, order)) exported.push(...rows.map((row) => row.seq));
            expect(exported).toEqual(order === "asc" ? expected.slice(-limit) : expected.slice(0, limit));
          }
        },
      ),
      { numRuns: kind.provider === "sqlite" ? 100 : 40 },
    );
  });

  it("finds rows of many words, and of a beginning that many words have", async () => {
    const long = Array.from({ length: 12 }, (_, at) => `word${"x".repeat(at)}`);
    await storeLogs([
      ...Array.from({ length: 60 }, (_, at) => ({ seq: at + 1, message: `u${1000 + at} plain` })),
      { seq: 70, message: long.join(" ") },
      { seq: 71, message: long.slice(1).join(" ") },
    ]);
    await catchUp();
    const found = async (search: string) => (await readAll(logs, { search: parseSearch(search) })).rows.length;
    expect(await found(long.join(" "))).toBe(1);
    expect(await found("u10*")).toBe(60);
    expect(await found("plain u10*")).toBe(60);
    expect(await found("u105*")).toBe(10);
  });

  it("stops with a cursor and goes on from there", async () => {
    await storeLogs([1, BLOCK + 1, 2 * BLOCK + 1].map((seq) => ({ seq, message: seq === 1 ? "old needle" : "hay" })));
    await catchUp();
    const filter = { search: parseSearch("needle") };
    const first = await hasty.page(filter, { above: 0, below: END, order: "desc", limit: 5 });
    expect(first).toEqual(kind.provider === "sqlite" ? { rows: [], next: 2 * BLOCK } : { ...first, next: null });
    expect((await readAll(hasty, filter)).rows.map((row) => row.message)).toEqual(["old needle"]);
  });

  it("lets others go first between any two rows that it tests, and stops there when its time is over", async () => {
    await storeLogs([1, 2, 3].map((seq) => ({ seq, message: `line ${seq}` })));
    const filter = { rest: { test: () => true, metadata: [], expressions: [] } };
    const page = { above: 0, below: END, order: "desc", limit: 9 } as const;
    expect(await hasty.page(filter, page)).toMatchObject({ rows: [{ seq: 3 }], next: 3 });
    expect((await readAll(hasty, filter)).rows.map((row) => row.seq)).toEqual([3, 2, 1]);
    const slowlyRead = createReader("log", () => ({ ...spent, forRows: () => ({ isSpent: async () => false }) }));
    expect((await slowlyRead.page(filter, page)).rows).toHaveLength(3);
    const expressions = [{ source: "[13]", flags: 0, not: false }];
    const matching = await readAll(hasty, { rest: { ...filter.rest, expressions } }, "asc");
    expect(matching.rows.map((row) => row.seq)).toEqual([1, 3]);
  });

  it("reads one block of the index per statement", async () => {
    await storeLogs([1, BLOCK - 1, BLOCK, 3 * BLOCK].map((seq) => ({ seq, message: "started" })));
    await catchUp();
    if (kind.provider !== "sqlite") return;
    const filter = { search: parseSearch("started") };
    const page = { above: 0, below: 3 * BLOCK + 1, limit: 10 };
    const newest = await searchBlock("log", filter, { ...page, order: "desc" });
    expect(newest).toEqual({ seqs: [3 * BLOCK], next: 3 * BLOCK, isExact: true });
    const oldest = await searchBlock("log", filter, { ...page, order: "asc" });
    expect(oldest).toEqual({ seqs: [1, BLOCK - 1], next: BLOCK - 1, isExact: true });
    const second = await searchBlock("log", filter, { ...page, above: BLOCK - 1, order: "asc" });
    expect(second).toEqual({ seqs: [BLOCK], next: 2 * BLOCK - 1, isExact: true });
  });
});

describe("names of blocks", () => {
  it("are never the beginning of another's terms", () => {
    fc.assert(fc.property(fc.nat(1_600_000), fc.nat(1_600_000), (a, b) => a === b || !nameOf(a).startsWith(nameOf(b))));
  });
});
