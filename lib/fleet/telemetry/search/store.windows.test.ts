import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { searchWindows, windowOf } from "./store.windows";

const order = fc.constantFrom("asc" as const, "desc" as const);

describe("windows of a range", () => {
  it("hold every seq once, beginning where the search begins", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), order, fc.integer({ min: 1, max: 60 }), (above, length, direction, size) => {
        const range = { above, below: above + length + 1 };
        const { window, rest } = windowOf(range, direction, size);
        const seqsOf = (part?: typeof range) =>
          part ? Array.from({ length: part.below - part.above - 1 }, (_, i) => part.above + 1 + i) : [];
        const pieces = direction === "asc" ? [window, rest] : [rest, window];
        expect(pieces.flatMap(seqsOf)).toEqual(seqsOf(range));
        expect(seqsOf(window)).toHaveLength(Math.min(size, length));
      }),
    );
  });
});

describe.each(databases.filter(({ provider }) => provider === "postgresql"))("searches on $provider", (kind) => {
  let database: TestDatabase;
  const WORDS = ["common", "rare", "both"];
  // The newest 60 rows stand together, as if their words were common in the whole table.
  const rows = Array.from({ length: 460 }, (_, at) => ({
    seq: at < 400 ? 1 + at * 2_000 : 850_000 + at,
    bot_id: at % 3 ? "ada" : "bob",
    terms: [...(at > 200 ? ["common"] : []), ...(at % 67 === 0 ? ["rare"] : []), ...(at % 2 ? ["both"] : [])],
  }));
  beforeAll(async () => {
    database = await openRoom(kind);
    for (const { seq, bot_id, terms } of rows)
      await database.run(`INSERT INTO log_fts VALUES (${seq}, '${terms.join(" ")}', 1, '${bot_id}')`);
  });
  afterAll(() => database.close());

  it("find what a test of each row finds, over several windows and in both directions", async () => {
    const asked = fc.record({
      terms: fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1 }),
      prefix: fc.constantFrom(null, "com", "ra", "bo", "no"),
      bot_id: fc.constantFrom(undefined, "ada", "bob"),
      above: fc.integer({ min: 0, max: 600_000 }),
      below: fc.integer({ min: 200_000, max: 900_000 }),
      limit: fc.integer({ min: 1, max: 120 }),
      order,
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ terms, prefix, bot_id, ...page }) => {
        const expected = rows
          .filter(({ seq }) => seq > page.above && seq < page.below)
          .filter(
            (row) => (bot_id === undefined || row.bot_id === bot_id) && terms.every((word) => row.terms.includes(word)),
          )
          .filter((row) => prefix === null || row.terms.some((word) => word.startsWith(prefix)))
          .map(({ seq }) => seq);
        if (page.order === "desc") expected.reverse();
        const filter = { bot_id, search: { wholeWords: terms, prefix } };
        expect(await searchWindows("log", filter, page)).toEqual(expected.slice(0, page.limit));
      }),
      { numRuns: 60 },
    );
  });

  it("read few rows for a common word, and collect the rest of the table for a rare one in one statement", async () => {
    const all = vi.spyOn(db(), "all");
    const page = { above: 0, below: 800_000, order: "desc" as const, limit: 2 };
    await searchWindows("log", { search: { wholeWords: ["common"], prefix: null } }, page);
    expect(all).toHaveBeenCalledOnce();
    all.mockClear();
    await searchWindows("log", { search: { wholeWords: ["absent"], prefix: null } }, page);
    expect(all).toHaveBeenCalledTimes(2);
    // Planned for its terms each time: a plan for any terms walks the whole table.
    expect(all.mock.calls.every(([, , isReplanned]) => isReplanned)).toBe(true);
    all.mockRestore();
  });

  it("find a common word of one bot in the bot's own rows, wherever they are", async () => {
    const all = vi.spyOn(db(), "all");
    const page = { above: 0, below: 800_000, order: "desc" as const, limit: 2 };
    const filter = { bot_id: "bob", search: { wholeWords: ["common"], prefix: null } };
    expect(await searchWindows("log", filter, page)).toEqual([798_001, 792_001]);
    expect(all).toHaveBeenCalledOnce();
    expect(all.mock.calls[0]?.[0]).not.toContain("materialized");
    all.mockRestore();
  });

  it.each(["asc", "desc"] as const)("go on behind the rows of one bot that were walked, %s", async (order) => {
    // More rows than are walked, with the rare word at both ends and beside both ends of what is walked.
    const [first, count] = [1_000_001, 2_500];
    const rare = [0, 1_023, 1_024, 1_475, 1_476, 2_499].map((at) => first + at);
    await database.run(
      `INSERT INTO log_fts SELECT n, (CASE WHEN n IN (${rare}) THEN 'rare' ELSE 'both' END)::tsvector, 1, '${order}' FROM generate_series(${first}, ${first + count - 1}) AS n`,
    );
    const filter = { bot_id: order, search: { wholeWords: ["rare"], prefix: null } };
    const page = { above: first - 1, below: first + count, order, limit: 10 };
    expect(await searchWindows("log", filter, page)).toEqual(order === "asc" ? rare : rare.toReversed());
    const prefixed = { bot_id: order, search: { wholeWords: [], prefix: "ra" } };
    expect(await searchWindows("log", prefixed, page)).toHaveLength(rare.length);
    await database.run(`DELETE FROM log_fts WHERE seq >= ${first}`);
  });

  it("never ask the index for a common beginning together with a rare word", async () => {
    const all = vi.spyOn(db(), "all");
    const page = { above: 0, below: 800_000, order: "desc" as const, limit: 5 };
    expect(await searchWindows("log", { search: { wholeWords: ["rare"], prefix: "com" } }, page)).toHaveLength(3);
    const [walk, ...others] = all.mock.calls;
    expect(walk?.[0]).toContain("coalesce(f.doc");
    expect(others.map(([, params]) => params?.filter((value) => /'rare'/.test(String(value))))).toEqual(
      others.map(() => ["'rare'"]),
    );
    all.mockRestore();
  });
});
