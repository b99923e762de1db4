/** The clock is set while rows are stored: 25 hours ahead for a while, then right again, as after a wrong time server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry } from "@/tests/db/telemetry";
import { END } from "./export/walk";
import { createRetentionStore } from "./retention/store";
import { createIngestStore } from "./store.hot";
import { createReader } from "./store.read";
import { readSteps } from "./store.steps";

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe.each(databases)("rows stored while the clock is set on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const logs = createReader("log");
  const retention = createRetentionStore();
  const start = Date.now() - 20 * HOUR;

  async function add(message: string, at: number): Promise<number> {
    const { seqs } = await store.addLogs({ bot_id: "ada", at, rows: [aLog(message)] });
    return seqs[0]!;
  }
  async function between(from: number | undefined, to: number | undefined): Promise<string[]> {
    const filter = { from, to };
    const range = await logs.within(filter, { above: 0, below: END });
    return (await logs.page(filter, { ...range, order: "asc", limit: 1_000 })).rows.map(({ message }) => message);
  }

  /** Stores a line every ten minutes of real time. @returns the first seq after the clock was set back */
  async function store60(): Promise<number> {
    const seqs: number[] = [];
    for (let line = 0; line < 60; line++) {
      const isFast = line >= 20 && line < 30;
      seqs.push(
        await add(`${isFast ? "fast" : "line"} ${line}`, start + line * 10 * MINUTE + (isFast ? 25 * HOUR : 0)),
      );
    }
    return seqs[30]!;
  }

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    await db().run("DELETE FROM bot");
    await addOwnedBots();
    await add("first", start - MINUTE);
  });
  afterAll(() => database.close());

  it("notes where times fall, once, and not the small differences of several processes", async () => {
    const before = await readSteps("log");
    const step = await store60();
    await add("of another process", start + 590 * MINUTE - 2_000);
    expect((await readSteps("log")).slice(before.length)).toEqual([step]);
  });

  it("finds rows by time before, within and after the wrong times, as a scan of all rows does", async () => {
    await store60();
    const at = (line: number) => start + line * 10 * MINUTE;
    const lines = (from: number, to: number, word = "line") =>
      Array.from({ length: to - from }, (_, index) => `${word} ${from + index}`);
    expect(await between(undefined, at(40))).toEqual(["first", ...lines(0, 20), ...lines(30, 40)]);
    expect(await between(at(35), at(45))).toEqual(lines(35, 45));
    expect(await between(at(10), at(12))).toEqual(lines(10, 12));
    expect(await between(at(24) + 25 * HOUR, undefined)).toEqual(lines(24, 30, "fast"));
    expect(await between(at(50), undefined)).toEqual([...lines(20, 30, "fast"), ...lines(50, 60)]);
  });

  it("removes rows with a wrong future time together with the old rows around them", async () => {
    await store60();
    const cutoff = start + 400 * MINUTE;
    let removed = 0;
    for (let round = 0; round < 20; round++) removed += (await retention.removeOlder("log", cutoff, 7)).rows;
    expect(removed).toBe(41);
    expect(await between(undefined, undefined)).toEqual(Array.from({ length: 20 }, (_, line) => `line ${40 + line}`));
  });
});
