/** Changes to a bot's telemetry when the bot gets its first owner, goes to another team, or is deleted. */
import { inList, type Queries, queriesIn, transaction } from "@/lib/core/db";
import { lockBot } from "@/lib/fleet/bots";
import { moveEntries } from "@/lib/fleet/telemetry/search/store.index";
import { type Chunk, chunk } from "@/lib/fleet/telemetry/store.chunk";
import type { Table } from "@/lib/fleet/telemetry/store.types";

/** Gives a bot's logs and messages to the person who adopts it, in the transaction of the adoption. */
export async function adoptTelemetry(trx: Queries, botId: string, ownerId: number): Promise<void> {
  for (const table of ["log", "message"] as const) {
    const rows = trx.updateTable(table).set({ owner_id: ownerId }).where("bot_id", "=", botId);
    await rows.where("owner_id", "is", null).execute();
  }
}

/**
 * Makes the step that gives up to `limit` of a bot's rows to the team that owns the bot now, the newest first because every
 * list begins with them. Rows that arrive meanwhile name the team already.
 */
export function rowsMover(table: Table, botId: string): (limit: number) => Promise<Chunk> {
  let below = Number.MAX_SAFE_INTEGER;
  return (limit) =>
    chunk(async (tx, waitForTurn) => {
      // Keep the index from taking in rows meanwhile: it would index them under the previous team.
      await waitForTurn();
      const trx = queriesIn(tx);
      const bot = await lockBot(trx, botId);
      if (!bot) return 0;
      const rows = await trx
        .selectFrom(table as "log")
        .select(["seq", "owner_id"])
        .where("bot_id", "=", botId)
        .where("seq", "<", below)
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      below = rows.at(-1)?.seq ?? below;
      const seqs = rows.filter(({ owner_id }) => owner_id !== bot.owner_id).map(({ seq }) => seq);
      if (seqs.length === 0) return rows.length;
      const { owner_id } = bot;
      await trx
        .updateTable(table as "log")
        .set({ owner_id })
        .where("seq", "in", inList(seqs))
        .execute();
      await moveEntries(tx, table, seqs, owner_id);
      return rows.length;
    });
}

/** Removes the data that a bot synced. */
export const eraseSynced = (botId: string): Promise<void> =>
  transaction(async (trx) => {
    for (const table of ["bot_data", "bot_part_data"] as const)
      await trx.deleteFrom(table).where("bot_id", "=", botId).execute();
  });
