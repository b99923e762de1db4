/** Statistics of stored commands: how many of each type every bot has. */
import { type Queries, query, sql } from "@/lib/core/db";

const TYPES_MAX = 500;

/** Counts how often each type of command was sent to a bot, the most used first. */
export async function countCommandTypes(botId: string): Promise<Record<string, number>> {
  const types = await query()
    .selectFrom("command_type")
    .select(["type", "sent"])
    .where("bot_id", "=", botId)
    .orderBy("sent", "desc")
    .orderBy("type")
    .limit(TYPES_MAX)
    .execute();
  return Object.fromEntries(types.map(({ type, sent }) => [type, sent]));
}

/** Counts commands by bot and type, sorted: two processes that update the same counts in one order cannot deadlock. */
export function perType(commands: readonly { bot_id: string; type: string }[]) {
  const counts = new Map<string, { bot_id: string; type: string; sent: number }>();
  for (const { bot_id, type } of commands) {
    const key = `${bot_id}\n${type}`;
    const count = counts.get(key);
    if (count) count.sent += 1;
    else counts.set(key, { bot_id, type, sent: 1 });
  }
  return counts.size === 1
    ? [...counts.values()]
    : [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}

/** Lowers the counts by commands that are removed, in their transaction. */
export async function lowerTypes(trx: Queries, removed: readonly { bot_id: string; type: string }[]): Promise<void> {
  for (const { bot_id, type, sent } of perType(removed)) {
    const counts = trx.updateTable("command_type").set({ sent: sql<number>`sent - ${sent}` });
    await counts.where("bot_id", "=", bot_id).where("type", "=", type).execute();
  }
  const bots = new Set(removed.map(({ bot_id }) => bot_id));
  for (const bot of [...bots].sort())
    await trx.deleteFrom("command_type").where("bot_id", "=", bot).where("sent", "<=", 0).execute();
}
