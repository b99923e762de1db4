import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { query } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { syncedTotals } from "./store.synced";

describe.each(databases)("syncedTotals on $provider", (kind) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openRoom(kind);
  });
  afterEach(() => database.close());

  async function sync(bot_id: string, data: string): Promise<void> {
    await aStoredBot({ id: bot_id });
    await query().insertInto("bot_data").values({ bot_id, data, updated_at: 0 }).execute();
  }

  it("shows the largest exact integer when bots claim more than that", async () => {
    const huge = "9000000000000000000";
    await sync(
      "a",
      `{"metadata":{"guild_count":${huge}},"groups":[{"member_count":${huge}},{"member_count":${huge}}]}`,
    );
    await sync("b", `{"metadata":{"guild_count":${huge}},"friends":["x"]}`);
    const most = Number.MAX_SAFE_INTEGER;
    expect(await syncedTotals()).toEqual({ guilds: most, members: most, friends: 1 });
  });
});
