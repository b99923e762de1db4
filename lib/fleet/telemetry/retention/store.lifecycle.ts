/** Changes to a bot's telemetry when the bot gets its first owner, or is deleted. */
import { type Queries, transaction } from "@/lib/core/db";

/** Gives a bot's logs and messages to the person who adopts it, in the transaction of the adoption. */
export async function adoptTelemetry(trx: Queries, botId: string, ownerId: number): Promise<void> {
  for (const table of ["log", "message"] as const) {
    const rows = trx.updateTable(table).set({ owner_id: ownerId }).where("bot_id", "=", botId);
    await rows.where("owner_id", "is", null).execute();
  }
}

/** Removes the data that a bot synced. */
export const eraseSynced = (botId: string): Promise<void> =>
  transaction(async (trx) => {
    for (const table of ["bot_data", "bot_part_data"] as const)
      await trx.deleteFrom(table).where("bot_id", "=", botId).execute();
  });
