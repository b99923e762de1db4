/** Lists of all bots read their order, and a search its names, from indexes. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createListStore } from "./store.list";

const { page, count } = createListStore();
const lists = [
  { title: "by age", index: "bot_shown_idx", read: () => page({ limit: 20 }) },
  { title: "by age, after a cursor", index: "bot_shown_idx", read: () => page({ limit: 20, after: [5, "b5"] }) },
  { title: "by last activity", index: "bot_active_idx", read: () => page({ limit: 20, sort: "last_active" }) },
  { title: "by name", index: "bot_name_key_idx", read: () => page({ limit: 20, sort: "name" }) },
  { title: "of a search", index: "bot_shown_idx", read: () => page({ limit: 20, search: "Bot 77" }) },
];
const sqlite = databases.filter(({ provider }) => provider === "sqlite");

describe.each(sqlite)("plans of lists of bots on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
    await db().run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO bot (id, owner_id, name, status, status_since, token_hash, token_cipher, created_at, name_key) SELECT 'b' || i, i % 10, 'Bot ' || i, 'online', 0, 'hash' || i, '', i, 'bot ' || i FROM n",
    );
    // With statistics the planner chooses differently, and a server has them after a stop.
    await db().run("ANALYZE");
  });
  afterAll(() => database.close());

  async function planOf(read: () => Promise<unknown>): Promise<string[]> {
    const all = vi.spyOn(db(), "all");
    await read();
    const [text, params] = all.mock.calls[0]!;
    all.mockRestore();
    const plan = await db().all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, params);
    return plan.map(({ detail }) => detail);
  }

  it.each(lists)("reads the list $title from an index that has its order", async ({ index, read }) => {
    const plan = await planOf(read);
    expect(plan[0]).toMatch(new RegExp(`USING (COVERING )?INDEX ${index}`));
    expect(plan.filter((detail) => /TEMP B-TREE/.test(detail))).toEqual([]);
  });

  it("counts the matches of a search without a whole row", async () => {
    expect((await planOf(() => count({ search: "Bot 77" })))[0]).toContain("USING COVERING INDEX bot_shown_idx");
  });
});
