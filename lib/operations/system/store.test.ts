/** Document 002's logger statistics, from the bots' counters. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { addBots, openRoom } from "@/tests/db/rooms";
import { createSystemStore } from "./store";

describe.each(databases)("figures of the database on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("are nought, then one owner's or all, without bots being deleted", async () => {
    expect(await createSystemStore().levels()).toEqual({ total: 0, errors: 0, warnings: 0, criticals: 0 });
    await addBots();
    const one = { total: 10, errors: 3, warnings: 2, criticals: 1 };
    expect(await createSystemStore().levels({ teams: [2], bots: [] })).toEqual(one);
    expect(await createSystemStore().levels()).toEqual({ total: 20, errors: 6, warnings: 4, criticals: 2 });
  });
});
