/**
 * Fragments of statements over the bot table for the stores of other rooms, so that only this room names its columns.
 * Bots being deleted are left out.
 */
import { type Expression, inList, type Queries, query, type SqlBool, sql } from "@/lib/core/db";
import type { VisibleBots } from "@/lib/identity/access";
import { lockPlaces } from "@/lib/identity/teams";
import { DELETING } from "./store.rows";

/** Bots that a reader may see, bots by id, or both. An empty scope means every bot. */
export type BotScope = { visible?: VisibleBots; bot_ids?: readonly string[] };

/**
 * Tests whether a row belongs to the bots that a reader may see. Statements that read the rows of one team in the order of an
 * index keep doing so, because the condition is an equation then.
 *
 * @param team, bot  `table.column`
 */
export function isVisible({ teams, bots }: VisibleBots, team: string, bot: string): Expression<SqlBool> {
  const [teamId, botId] = [sql.ref(team), sql.ref(bot)];
  const ofTeam =
    teams.length === 1 ? sql<SqlBool>`${teamId} = ${teams[0]}` : sql<SqlBool>`${teamId} in ${inList(teams)}`;
  return bots.length === 0 ? ofTeam : sql<SqlBool>`(${ofTeam} or ${botId} in ${inList(bots)})`;
}

/** Counts the bots of a team. */
export async function countBots(queries: Queries, teamId: number): Promise<number> {
  const { bots } = await botsOf({}, queries)
    .where("bot.owner_id", "=", teamId)
    .select((eb) => eb.fn.countAll<number>().as("bots"))
    .executeTakeFirstOrThrow();
  return bots;
}

/** Waits for others that add bots to the team. @returns false when it owns `max` bots @throws NOT_FOUND there is no such team */
export async function hasPlace(trx: Queries, teamId: number, max: number): Promise<boolean> {
  await lockPlaces(trx, "bot", teamId);
  return (await countBots(trx, teamId)) < max;
}

/**
 * Selects the bots of a scope, without columns. The status is part of the text, because the databases would otherwise not
 * use the indexes without bots that are being deleted.
 */
export const botsOf = ({ visible, bot_ids }: BotScope = {}, queries: Queries = query()) =>
  queries
    .selectFrom("bot")
    .where("bot.status", "<>", sql.lit(DELETING))
    .$if(visible !== undefined, (bots) => bots.where(isVisible(visible!, "bot.owner_id", "bot.id")))
    .$if(bot_ids !== undefined, (bots) => bots.where("bot.id", "in", inList(bot_ids!)));

/**
 * Selects the ids of the bots that are being deleted, to leave out their rows. The status is part of the text, because
 * SQLite would otherwise not use the index over these bots, which makes this free while there are none.
 */
export const deletingBots = (queries: Queries = query()) =>
  queries.selectFrom("bot").select("bot.id").where("bot.status", "=", sql.lit(DELETING));

/**
 * Selects the ids of the bots whose rows lists over several bots leave out: those being deleted, and those that went to
 * another team while their rows still name the previous team.
 */
export const hiddenBots = (queries: Queries = query()) =>
  deletingBots(queries).unionAll(queries.selectFrom("bot_move").select("bot_move.bot_id as id"));

/** Returns which of the bots exist. */
export async function existingBots(queries: Queries, ids: readonly string[]): Promise<Set<string>> {
  const bots = await botsOf({ bot_ids: ids }, queries).select("bot.id").execute();
  return new Set(bots.map(({ id }) => id));
}

/**
 * Selects `bot_id`, `team_id` and `key` of the tags that people gave bots. What bots report themselves is left out, because
 * access depends on these tags.
 */
export const botTags = (queries: Queries = query()) =>
  botsOf({}, queries)
    .innerJoin("bot_tag", "bot_tag.bot_id", "bot.id")
    .select(["bot.id as bot_id", "bot.owner_id as team_id", "bot_tag.key"]);

/** Selects `id` and `name` of the bots for which commands wait, as a table to join the queue with. */
export const queuedBots = (scope?: BotScope) =>
  botsOf(scope).where("bot.pending_commands", ">", 0).select(["bot.id", "bot.name"]);

/** Tests whether a bot exists with the id that the expression gives. */
export const botExists = (id: Expression<string | null>): Expression<SqlBool> =>
  sql<SqlBool>`exists ${botsOf().select("bot.id").where(sql<SqlBool>`bot.id = ${id}`)}`;

/** Returns the names and teams of the bots that exist, by bot id, as a running transaction sees them. */
export async function ownedBots(
  queries: Queries,
  ids: readonly string[],
): Promise<Map<string, { name: string; team_id: number | null }>> {
  const bots = await botsOf({ bot_ids: ids }, queries)
    .select(["bot.id", "bot.name", "bot.owner_id as team_id"])
    .execute();
  return new Map(bots.map(({ id, ...bot }) => [id, bot]));
}
