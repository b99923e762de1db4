/** Hands out commands from a queue in which many others wait, on both databases. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { createLeases } from "./store.hot";

const NOW = 1_000_000;
const HELD = 3_000;

describe.each(databases)("the queue's next commands on $provider", (provider) => {
  let database: TestDatabase;
  const leases = createLeases();
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  /** Stores many commands of a new bot at once. */
  async function aQueueOf(columns: string, values: string, count = HELD): Promise<string> {
    const bot = await aStoredBot();
    await db().run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO command (id, bot_id, type, created_at, ${columns}) SELECT '${bot}' || i, '${bot}', 'ping', i, ${values} FROM n`,
    );
    return bot;
  }
  const lease = async (bot_id: string, limit = 10, at = NOW) =>
    (await leases.lease({ bot_id, limit, at, until: at + 300_000, by: null })).map(({ id }) => id);

  it("finds the one free command behind thousands that are leased or scheduled", async () => {
    const bot = await aQueueOf("run_at", `${NOW} + i`);
    const leased = await aQueueOf("lease_expires_at, attempts", `${NOW} + i, 1`);
    expect(await lease(bot)).toEqual([]);
    for (const bot_id of [bot, leased]) {
      const id = await aStoredCommand({ bot_id });
      expect(await lease(bot_id)).toEqual([id]);
    }
  });

  it("mixes new commands with those that are free again, by priority and then by age", async () => {
    const bot_id = await aStoredBot();
    const ended = await aStoredCommand({ bot_id, lease_expires_at: NOW - 5, attempts: 1 });
    const fresh = await aStoredCommand({ bot_id });
    const due = await aStoredCommand({ bot_id, run_at: NOW, rank: -1 });
    const early = await aStoredCommand({ bot_id, lease_expires_at: NOW - 1, run_at: NOW + 1 });
    expect(await lease(bot_id, 2)).toEqual([due, ended]);
    expect(await lease(bot_id)).toEqual([fresh]);
    expect(await lease(bot_id, 10, NOW + 1)).toEqual([early]);
  });

  it("hands out everything after thousands of leases have ended, each command once", async () => {
    const bot = await aQueueOf("lease_expires_at, attempts", "i, 1");
    const seen = new Set<string>();
    for (let polls = 0; polls < HELD / 100; polls++) for (const id of await lease(bot, 100)) seen.add(id);
    expect(seen.size).toBe(HELD);
    expect(await lease(bot)).toEqual([]);
  });
});
