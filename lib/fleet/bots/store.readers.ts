/**
 * Data about bots that other rooms show or sum up. Bots being deleted count as gone, except where a function says
 * otherwise.
 */
import { keyOf } from "@/lib/core/contract.tag-keys";
import { query } from "@/lib/core/db";
import type { VisibleBots } from "@/lib/identity/access";
import { type BotScope, botsOf } from "./joins";
import type { Counter } from "./store.counters.hot";
import { hasTag } from "./tags/store";

const COUNTERS = Object.keys({
  total_commands: 1,
  pending_commands: 1,
  completed_commands: 1,
  failed_commands: 1,
  cancelled_commands: 1,
  total_logs: 1,
  error_logs: 1,
  warning_logs: 1,
  critical_logs: 1,
  total_messages: 1,
} satisfies Record<Counter, 1>) as Counter[];
export type BotCounters = Record<Counter, number>;

/** `online_since`: when the bot that has been online longest came online (epoch ms); null when none is online. */
export type BotTotals = BotCounters & { bots: number; online: number; online_since: number | null };
type BotStatusAt = { bot_id: string; status: string; at: number };

/** Names of the bots that exist, by bot id. */
export async function botNames(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const bots = await botsOf({ bot_ids: ids }).select(["id", "name"]).execute();
  return new Map(bots.map(({ id, name }) => [id, name]));
}

/** Ids of the bots in a scope. */
export const botIds = async (scope: BotScope): Promise<string[]> =>
  (await botsOf(scope).select("bot.id").execute()).map(({ id }) => id);

/** Counts the bots that are online. */
export async function countOnline(): Promise<number> {
  const { bots } = await botsOf()
    .where("bot.status", "<>", "offline")
    .select((eb) => eb.fn.countAll<number>().as("bots"))
    .executeTakeFirstOrThrow();
  return bots;
}

/** Teams of the bots that exist, by the bot's id; null for a bot that no team owns. */
export async function botTeams(ids: readonly string[]): Promise<Map<string, number | null>> {
  if (ids.length === 0) return new Map();
  const bots = await botsOf({ bot_ids: ids }).select(["id", "owner_id"]).execute();
  return new Map(bots.map(({ id, owner_id }) => [id, owner_id]));
}

/** A bot as a status page shows it; `reported`: whether it has ever been heard of. */
export type BotNow = { id: string; name: string; status: string; reported: boolean; created_at: number };

/** Reads bots of a team by name: those with the ids, or those with a tag, from people or from their own report. */
export async function teamBots(
  teamId: number,
  { ids, tag }: { ids: readonly string[]; tag?: undefined } | { ids?: undefined; tag: string },
  limit: number,
): Promise<BotNow[]> {
  if (ids?.length === 0) return [];
  const rows = await botsOf(ids && { bot_ids: ids })
    .$if(tag !== undefined, (bots) => bots.where(hasTag("bot.id", keyOf(tag!))))
    .where("bot.owner_id", "=", teamId)
    .select(["bot.id", "bot.name", "bot.status", "bot.last_active", "bot.created_at"])
    .orderBy("bot.name")
    .orderBy("bot.id")
    .limit(limit)
    .execute();
  return rows.map(({ id, name, status, last_active, created_at }) => ({
    ...{ id, name, status, reported: last_active !== null, created_at },
  }));
}

/** Sums all counters over the bots that a reader may see, or over all bots. */
export async function sumCounters(visible?: VisibleBots): Promise<BotTotals> {
  const totals = await botsOf({ visible })
    .select((eb) => [
      eb.fn.countAll<number>().as("bots"),
      eb.fn.countAll<number>().filterWhere("status", "<>", "offline").as("online"),
      eb.fn.min<number | null>("status_since").filterWhere("status", "<>", "offline").as("online_since"),
      ...COUNTERS.map((name) => eb.fn.coalesce(eb.fn.sum<number>(name), eb.lit(0)).as(name)),
    ])
    .executeTakeFirstOrThrow();
  return totals as BotTotals;
}

/** The counters of one bot; undefined when there is no such bot. */
export const botCounters = (id: string): Promise<BotCounters | undefined> =>
  botsOf().select(COUNTERS).where("id", "=", id).executeTakeFirst();

/** Counts the bots with each status, and the commands that wait for them. Bots being deleted are counted, too. */
export const botsByStatus = (): Promise<{ status: string; bots: number; pending: number }[]> =>
  query()
    .selectFrom("bot")
    .select((eb) => [
      "status",
      eb.fn.countAll<number>().as("bots"),
      eb.fn.coalesce(eb.fn.sum<number>("pending_commands"), eb.lit(0)).as("pending"),
    ])
    .groupBy("status")
    .execute();

/** Selects bots that have an owner, or that may stay without one, and that have reported at least once. */
const settled = (scope: BotScope) =>
  botsOf(scope).where("bot.last_active", "is not", null).where("bot.unclaimed_until", "is", null);

/** Bots that went offline at `until` or earlier (epoch ms), those offline for longest first. */
export const offlineBots = (
  scope: BotScope,
  until: number,
  limit: number,
): Promise<{ id: string; name: string; since: number }[]> =>
  settled(scope)
    .select(["bot.id", "bot.name", "bot.status_since as since"])
    .where("bot.status", "=", "offline")
    .where("bot.status_since", "<=", until)
    .orderBy("bot.status_since")
    .limit(limit)
    .execute();

/** The newest `limit` changes of status at `from` or later (epoch ms), oldest first. */
export async function statusChanges(scope: BotScope, from: number, limit: number): Promise<BotStatusAt[]> {
  const changes = await botsOf(scope)
    .where("bot.unclaimed_until", "is", null)
    .innerJoin("status_change as change", "change.bot_id", "bot.id")
    .select(["change.bot_id", "change.status", "change.at"])
    .where("change.at", ">=", from)
    .orderBy("change.seq", "desc")
    .limit(limit)
    .execute();
  return changes.reverse();
}

/**
 * The status that each bot had before `at` (epoch ms), and the time since when it had that status. Bots without an
 * earlier status are left out.
 */
export const statusesBefore = (scope: BotScope, at: number, limit: number): Promise<BotStatusAt[]> =>
  settled(scope)
    .innerJoin("status_change as change", (join) =>
      join.on("change.seq", "=", (eb) =>
        eb
          .selectFrom("status_change as earlier")
          .select((last) => last.fn.max("earlier.seq").as("seq"))
          .whereRef("earlier.bot_id", "=", "bot.id")
          .where("earlier.at", "<", at),
      ),
    )
    .select(["change.bot_id", "change.status", "change.at"])
    .limit(limit)
    .execute();
