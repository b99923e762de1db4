/** Document 002's logger statistics, from the bots' counters. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createSystemStore } from "./store";

describe.each(databases)("figures of the database on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("are nought, then one owner's or all, without bots being deleted", async () => {
    expect(await createSystemStore().levels()).toEqual({ total: 0, errors: 0, warnings: 0, criticals: 0 });
    for (const [id, owner, status, pending] of [
      ["a", 1, "online", 2],
      ["b", 2, "offline", 1],
      ["c", 2, "deleting", 0],
    ] as const)
      await db().run(
        `INSERT INTO bot (id, owner_id, name, status, status_since, token_hash, token_cipher, created_at,
                          pending_commands, total_logs, error_logs, warning_logs, critical_logs)
         VALUES ($1, $2, $1, $3, 0, $1, '', 0, $4, 10, 3, 2, 1)`,
        [id, owner, status, pending],
      );
    const one = { total: 10, errors: 3, warnings: 2, criticals: 1 };
    expect(await createSystemStore().levels(2)).toEqual(one);
    expect(await createSystemStore().levels()).toEqual({ total: 20, errors: 6, warnings: 4, criticals: 2 });
  });
});
