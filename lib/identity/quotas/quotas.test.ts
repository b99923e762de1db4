/** Limits of single owners, on both databases. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { createQuotaStore } from "@/lib/identity/quotas/store";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";

const [PERSON, GONE, TEAM] = [701, 702, 1_500_000_000];

describe.each(databases)("limits of single owners on $provider", (provider) => {
  let database: TestDatabase;
  const store = createQuotaStore();
  beforeAll(async () => {
    database = await openRoom(provider);
    await db().run(
      `INSERT INTO "user" (id, username, email, role, is_active, created_at) VALUES ($1, 'ada', 'ada@example.org', 'user', 1, 0)`,
      [PERSON],
    );
    await db().run(`INSERT INTO team (id, name, owner_id, created_at) VALUES ($1, 'Night shift', $2, 0)`, [
      TEAM,
      PERSON,
    ]);
  });
  afterAll(() => database.close());

  it("are set one by one, replaced and removed", async () => {
    await store.set(PERSON, { bots: 5, webhooks: 0 });
    await store.set(PERSON, { bots: 6 });
    expect(await store.of(PERSON)).toEqual({ bots: 6, webhooks: 0 });
    await store.set(PERSON, { webhooks: null, schedules: null });
    expect([await store.of(PERSON), await store.find(PERSON, "webhooks")]).toEqual([{ bots: 6 }, undefined]);
  });

  it("are of no team that is gone, and end with their team or person", async () => {
    await expect(store.set(TEAM + 1, { bots: 5 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await store.set(TEAM, { bots: 7 });
    await store.set(GONE, { bots: 8 });
    await store.sweep();
    expect([await store.find(TEAM, "bots"), await store.find(GONE, "bots"), await store.find(PERSON, "bots")]).toEqual([
      ...[7, undefined, 6],
    ]);
  });
});
