/** Lists of commands read only the rows that they show, whatever the filter. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { createReader } from "./store.read";

const range = { order: "desc", after: undefined, limit: 20 } as const;
const scopes = [{}, { visible: { teams: [1], bots: [] } }, { bot_id: "b" }];
const filters = [
  ...(["pending", "completed", "failed"] as const).map((status) => ({ status })),
  ...[{ type: "ping" }, { reason: "expired" as const }, { status: "failed" as const, reason: "dead" as const }],
];
const cases = scopes.flatMap((scope) => filters.map((filter) => ({ ...scope, ...filter })));
const sqlite = databases.filter(({ provider }) => provider === "sqlite");

describe.each(databases)("lists of commands on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  it("finds the commands of a status in every scope", async () => {
    const bot_id = await aStoredBot({ id: "b" });
    for (const status of ["pending", "completed", "failed"] as const) {
      const id = await aStoredCommand({ bot_id, owner_id: 1, status, completed_at: 1 });
      for (const scope of scopes) {
        const { rows } = await createReader().list({ ...scope, status }, range);
        expect(rows.map(({ row }) => row.id)).toEqual([id]);
      }
    }
  });

  it("reads where a command was sent from with its row, in one statement", async () => {
    const id = await aStoredCommand({ bot_id: await aStoredBot({ id: "o" }), owner_id: 1, origin: "plugin:greeter" });
    const all = vi.spyOn(db(), "all");
    const { rows } = await createReader().list({ bot_id: "o" }, range);
    const sent = await createReader().findSent(id);
    expect(all).toHaveBeenCalledTimes(2);
    all.mockRestore();
    expect(rows[0]!.row.origin).toBe("plugin:greeter");
    expect(sent).toMatchObject({ origin: "plugin:greeter", command: { id } });
    expect(sent!.command).not.toHaveProperty("origin");
  });
});

describe.each(sqlite)("plans of lists of commands on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
    await db().run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO command (id, bot_id, owner_id, type, status, created_at) SELECT 'c' || i, 'b' || (i % 100), i % 10, 'ping', 'completed', i FROM n",
    );
    // With statistics the planner chooses differently, and a server has them after a stop.
    await db().run("ANALYZE");
  });
  afterAll(() => database.close());

  it.each(cases)("reads %o from an index that has its order", async (filter) => {
    const all = vi.spyOn(db(), "all");
    await createReader().list(filter, range);
    const [text, params] = all.mock.lastCall!;
    all.mockRestore();
    const plan = await db().all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, params);
    const scope = "bot_id" in filter ? /bot_id=\?|bot_reason/ : "visible" in filter ? /owner_id=\?/ : /./;
    expect(plan[0]!.detail).toMatch(/^SEARCH command USING INDEX/);
    expect(plan.filter(({ detail }) => /SCAN command|TEMP B-TREE/.test(detail))).toEqual([]);
    expect(plan[0]!.detail).toMatch(scope);
  });
});
