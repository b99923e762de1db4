/** Stores the data that bots sync: groups, friends and metadata, one document per bot. */
import { type Queries, query, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { lockBot } from "@/lib/fleet/bots";

export type Synced = { team_id: number | null; data: Record<string, unknown> };

async function readData(
  queries: Queries,
  botId: string,
): Promise<{ data: Record<string, unknown>; at: number } | null> {
  const row = await queries
    .selectFrom("bot_data")
    .select(["data", "updated_at"])
    .where("bot_id", "=", botId)
    .executeTakeFirst();
  return row ? { data: readJson(row.data), at: row.updated_at } : null;
}

export async function putData(trx: Queries, botId: string, data: object, at: number): Promise<void> {
  const synced = { data: JSON.stringify(data), updated_at: at };
  await trx
    .insertInto("bot_data")
    .values({ bot_id: botId, ...synced })
    .onConflict((known) => known.column("bot_id").doUpdateSet(synced))
    .execute();
}

export function createDataStore() {
  return {
    /** Replaces the sent fields in the bot's synced data. Returns the whole document, or null when the bot is gone. */
    sync: (botId: string, at: number, change: Record<string, unknown>): Promise<Synced | null> =>
      transaction(async (trx) => {
        const bot = await lockBot(trx, botId);
        if (!bot) return null;
        const data = { ...(await readData(trx, botId))?.data, ...change };
        await putData(trx, botId, data, at);
        return { team_id: bot.owner_id, data };
      }),

    /** Returns the bot's last synced data; null when it never synced. */
    data: (botId: string) => readData(query(), botId),
  };
}

export type DataStore = ReturnType<typeof createDataStore>;
