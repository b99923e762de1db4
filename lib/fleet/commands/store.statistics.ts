/** Statistics of stored commands. */
import { query } from "@/lib/core/db";

const TYPES_MAX = 500;

/** Counts how often each type of command was sent to a bot, the most used first. */
export async function countCommandTypes(botId: string): Promise<Record<string, number>> {
  const types = await query()
    .selectFrom("command")
    .select((eb) => ["type", eb.fn.countAll<number>().as("sent")])
    .where("bot_id", "=", botId)
    .groupBy("type")
    .orderBy("sent", "desc")
    .orderBy("type")
    .limit(TYPES_MAX)
    .execute();
  return Object.fromEntries(types.map(({ type, sent }) => [type, sent]));
}
