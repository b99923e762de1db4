import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { createLinkStore } from "./store.accounts";

describe.each(databases)("linked players on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
    await aStoredUser({ id: 1 });
  });
  afterAll(() => database.close());

  it("leaves one linked player when several are linked at once", async () => {
    const names = ["ada", "bob", "cid", "dan"];
    for (const username of names)
      await query()
        .insertInto("tracked_player")
        .values({ id: username, user_id: 1, platform: "steam", username, ranks: "{}", added_at: 1, next_check_at: 1 })
        .execute();
    const store = createLinkStore();
    await Promise.all(names.map((name) => store.link(1, "steam", name)));
    const linked = query().selectFrom("tracked_player").select("id").where("linked", "=", 1);
    expect(await linked.execute()).toHaveLength(1);
  });
});
