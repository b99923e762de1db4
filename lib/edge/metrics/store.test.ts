/** The database queries of monitoring. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { addBots, openRoom } from "@/tests/db/rooms";
import { createMetricsStore } from "./store";

describe.each(databases)("figures of the database on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("are nought while nothing is there", async () => {
    expect(await createMetricsStore().snapshot()).toEqual({ bots: [], pending: 0, oldest: null });
  });

  it("come from counters and the heads of queues", async () => {
    await addBots();
    for (const [id, bot, status, created, runAt] of [
      ["c1", "a", "completed", 100, null],
      ["c2", "a", "pending", 900, null],
      ["c3", "a", "pending", 950, null],
      ["c4", "b", "pending", 200, 5_000],
    ] as const)
      await db().run(
        "INSERT INTO command (id, bot_id, owner_id, type, status, created_at, run_at) VALUES ($1, $2, 1, 'ping', $3, $4, $5)",
        [id, bot, status, created, runAt],
      );
    const { bots, pending, oldest } = await createMetricsStore().snapshot();
    expect(bots.sort((a, b) => (a.status < b.status ? -1 : 1))).toEqual([
      { status: "deleting", bots: 1, pending: 0 },
      { status: "offline", bots: 1, pending: 1 },
      { status: "online", bots: 1, pending: 2 },
    ]);
    expect([pending, oldest]).toEqual([3, 900]);
  });
});
