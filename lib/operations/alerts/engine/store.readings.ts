/** Reads the current values of bots and their queues. Past values: store.history.ts. */
import { inList, query } from "@/lib/core/db";
import { type BotScope, botNames, offlineBots, queuedBots } from "@/lib/fleet/bots";
import { oldestWait } from "@/lib/fleet/commands";
import { userNames } from "@/lib/identity/accounts";
import type { Reading } from "@/lib/operations/alerts/store.rows";

/** The most subjects in one reading. */
export const READINGS_MAX = 1000;

const toReading = (bot: { id: string; name: string; since: number }, at: number): Reading => ({
  ...{ subject: bot.id, label: bot.name, bot_id: bot.id, value: Math.max(0, (at - bot.since) / 1000) },
});

/** Bots that have been online before and are now offline for at least `seconds`. */
async function offline(scope: BotScope, seconds: number, at: number): Promise<Reading[]> {
  const bots = await offlineBots(scope, at - seconds * 1000, READINGS_MAX);
  return bots.map((bot) => toReading(bot, at));
}

/** Bots whose oldest command that could be handed out has waited for `seconds`. */
async function queues(scope: BotScope, seconds: number, at: number): Promise<Reading[]> {
  const waiting = query()
    .selectFrom(queuedBots(scope).as("b"))
    .select(["b.id", "b.name"])
    .select((eb) => oldestWait(eb.ref("b.id"), at).as("since"));
  const bots = await query()
    .selectFrom(waiting.as("q"))
    .selectAll()
    .where("q.since", "<=", at - seconds * 1000)
    .orderBy("q.since")
    .limit(READINGS_MAX)
    .$narrowType<{ since: number }>()
    .execute();
  return bots.map((bot) => toReading(bot, at));
}

/** Returns people's names by id. */
async function people(ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const users = await userNames().where("id", "in", inList(ids)).execute();
  return new Map(users.map(({ id, username }) => [id, username]));
}

export const createReadingStore = () => ({ offline, queues, names: botNames, people });

export type ReadingStore = ReturnType<typeof createReadingStore>;
