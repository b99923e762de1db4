import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createStateStore } from "./store";

describe.each(databases)("states of sign-ins on $provider", (kind) => {
  let database: TestDatabase;
  const store = createStateStore();
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("are spent once, also when they come back together", async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => store.spend("st_1", 100)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await store.spend("st_2", 100)).toBe(true);
  });

  it("are removed when they have expired", async () => {
    await store.spend("st_later", 200);
    await store.sweep(100);
    expect(await store.spend("st_1", 300)).toBe(true);
    expect(await store.spend("st_later", 300)).toBe(false);
  });
});
