/** Commands of a bot that nobody owned. */
import type { Queries } from "@/lib/core/db";

/** Gives a bot's commands to the person who adopts it, in the transaction of the adoption. */
export async function adoptCommands(trx: Queries, botId: string, ownerId: number): Promise<void> {
  const commands = trx.updateTable("command").set({ owner_id: ownerId }).where("bot_id", "=", botId);
  await commands.where("owner_id", "is", null).execute();
}
