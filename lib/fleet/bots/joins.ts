/**
 * Fragments of statements over the bot table for the stores of other rooms, so that only this room names its columns.
 * Bots being deleted are left out.
 */
import { type Expression, inList, type Queries, query, type SqlBool, sql } from "@/lib/core/db";
import { DELETING } from "./store.rows";

/** Bots of one owner, bots by id, or both. An empty scope means every bot. */
export type BotScope = { owner_id?: number; bot_ids?: readonly string[] };

/**
 * Selects the bots of a scope, without columns. The status is part of the text, because the databases would otherwise not
 * use the indexes without bots that are being deleted.
 */
export const botsOf = ({ owner_id, bot_ids }: BotScope = {}, queries: Queries = query()) =>
  queries
    .selectFrom("bot")
    .where("bot.status", "<>", sql.lit(DELETING))
    .$if(owner_id !== undefined, (bots) => bots.where("bot.owner_id", "=", owner_id!))
    .$if(bot_ids !== undefined, (bots) => bots.where("bot.id", "in", inList(bot_ids!)));

/**
 * Selects the ids of the bots that are being deleted, to leave out their rows. The status is part of the text, because
 * SQLite would otherwise not use the index over these bots, which makes this free while there are none.
 */
export const deletingBots = (queries: Queries = query()) =>
  queries.selectFrom("bot").select("bot.id").where("bot.status", "=", sql.lit(DELETING));

/** Selects `id` and `name` of the bots for which commands wait, as a table to join the queue with. */
export const queuedBots = (scope?: BotScope) =>
  botsOf(scope).where("bot.pending_commands", ">", 0).select(["bot.id", "bot.name"]);

/** Tests whether a bot exists with the id that the expression gives. */
export const botExists = (id: Expression<string | null>): Expression<SqlBool> =>
  sql<SqlBool>`exists ${botsOf().select("bot.id").where(sql<SqlBool>`bot.id = ${id}`)}`;
