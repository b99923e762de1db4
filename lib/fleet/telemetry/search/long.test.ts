import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll } from "@/tests/db/telemetry";
import { END, walk } from "../export/walk";
import { divide } from "../query/line";
import { parseQuery } from "../query/parse";
import { createIngestStore } from "../store.hot";
import { createReader } from "../store.read";
import type { LogRow } from "../store.types";
import type { Filter } from "./match";
import { createIndexStore } from "./store.index";
import { BATCH_BYTES, batchesOf, readSpan } from "./store.statements";

const LINES = 60;
const LONGEST = 80_000;
const textOf = (rows: readonly LogRow[]) =>
  rows.reduce((sum, row) => sum + row.message.length + (row.metadata?.length ?? 0), 0);
const PAGE = { above: 0, below: END } as const;

function filterFor(text: string): Filter {
  const { search, levels, isTested, test } = divide(parseQuery(text).terms);
  return { search, levels, rest: isTested ? { test, metadata: [], expressions: [] } : undefined };
}

describe.each(databases)("long lines on $provider", (kind) => {
  let database: TestDatabase;
  const logs = createReader("log");

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(async () => {
    await clearTelemetry();
    const rows = Array.from({ length: LINES }, (_, at) => ({
      ...aLog(`started word${at % 7} ${"ä ".repeat(5_000)}`, at % 2 ? "error" : "info"),
      metadata: JSON.stringify({ at, text: "x".repeat(at % 5 === 0 ? 10 : 65_000) }),
    }));
    await createIngestStore().addLogs({ bot_id: "ada", at: Date.now(), rows });
  });
  afterAll(() => database.close());

  it.each([
    ["", LINES],
    ["level:error", LINES / 2],
    ["started", LINES],
    ["-word3", LINES - 9],
    ["at:>=30", LINES / 2],
    ["started level:info at:<10", 5],
  ])("are read in pages of bounded text, and all of them are found: %s", async (text, count) => {
    const filter = filterFor(text);
    for (const isIndexed of [false, true]) {
      if (isIndexed) while ((await createIndexStore().advance("log", 10)).rows > 0);
      for (const order of ["asc", "desc"] as const) {
        const page = await logs.page(filter, { ...PAGE, order, limit: 1_000 });
        expect(textOf(page.rows)).toBeLessThanOrEqual(BATCH_BYTES + LONGEST);
        const { rows } = await readAll(logs, filter, order, 1_000);
        const seqs = rows.map((row) => row.seq);
        expect(seqs).toHaveLength(count);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => (order === "asc" ? a - b : b - a)));
      }
      let exported = 0;
      for await (const rows of walk(logs, filter, 1_000)) {
        expect(textOf(rows)).toBeLessThanOrEqual(BATCH_BYTES + LONGEST);
        exported += rows.length;
      }
      expect(exported).toBe(count);
    }
  });

  it("are compared by the database, and read, a batch at a time", async () => {
    const { rows } = await readAll(logs, {}, "asc", 1_000);
    const seqs = rows.map((row) => row.seq);
    const span = await readSpan("log", {}, { ...PAGE, order: "asc", limit: 1_000 });
    expect(textOf(rows.filter((row) => row.seq <= span.most))).toBeLessThanOrEqual(BATCH_BYTES);
    expect(span).toMatchObject({ least: seqs[0], count: span.size });
    const batches = await batchesOf("log", seqs);
    expect(batches.flat()).toEqual(seqs);
    expect(batches.length).toBeGreaterThan(3);
    expect(await batchesOf("log", seqs.slice(0, 3))).toEqual([seqs.slice(0, 3)]);
  });
});
