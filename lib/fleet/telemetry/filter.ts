/** Filters of lists and exports: the caller's own filter, limited to the bots that the caller may see. */
import { type Actor, asUser } from "@/lib/core/actor";
import { type Clock, instant } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import { seesAll } from "@/lib/identity/access";
import { FILTER_BOTS_MAX } from "./contract.constants";
import { clean } from "./rows";
import type { Filter } from "./search/match";
import { level, parseSearch } from "./search/tokenize";

export type FilterDeps = { bots: Pick<BotsRoom["bots"], "reach" | "deleting">; now: Clock };
type Query = {
  bot_id?: string;
  bot_ids?: string;
  search?: string;
  after?: string;
  before?: string;
  level?: string;
  thread_id?: string;
};

/**
 * Returns the filter that limits the actor's lists and exports. @throws NOT_FOUND when the actor may not see the bot
 */
async function scope({ bots }: FilterDeps, actor: Actor, botId: string | undefined): Promise<Filter> {
  if (botId !== undefined) {
    await bots.reach(actor, botId, "read");
    return { bot_id: botId };
  }
  if (actor.kind === "bot") return { bot_id: actor.bot_id };
  const deleting = await bots.deleting();
  return {
    owner_id: seesAll(actor) ? undefined : asUser(actor).user_id,
    hidden_bots: deleting.length > 0 ? deleting : undefined,
  };
}

/** Returns the filter for a comma-separated list of bots. @throws AppError as scope; INVALID_INPUT too many bots */
async function scopeOfMany({ bots }: FilterDeps, actor: Actor, text: string): Promise<Filter> {
  const ids = [...new Set(text.split(",").filter(Boolean))];
  if (ids.length === 0 || ids.length > FILTER_BOTS_MAX)
    throw invalid("bot_ids", `must name 1 to ${FILTER_BOTS_MAX} bots`);
  for (const id of ids) await bots.reach(actor, id, "read");
  return { bot_ids: ids };
}

/**
 * Builds the filter of a query. @throws AppError NOT_FOUND a bot that the actor may not see; INVALID_INPUT too many
 * bots
 */
export async function filterOf(deps: FilterDeps, actor: Actor, query: Query): Promise<Filter> {
  const at = deps.now();
  const levels = [...new Set((query.level ?? "").split(",").map((name) => level(clean(name.trim()))))].filter(Boolean);
  return {
    ...(query.bot_ids === undefined || query.bot_id !== undefined
      ? await scope(deps, actor, query.bot_id)
      : await scopeOfMany(deps, actor, query.bot_ids)),
    levels: levels.length > 0 ? levels : undefined,
    thread_id: query.thread_id === undefined ? undefined : clean(query.thread_id),
    search: parseSearch(query.search),
    from: instant(query.after, at),
    to: instant(query.before, at),
  };
}
