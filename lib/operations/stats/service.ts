/** Statistics of the bots and users that the caller may see (000 "Statistics & Analytics APIs"). */

import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotCounters, BotsRoom } from "@/lib/fleet/bots";
import { reachedBots, seesAll, sharedTagsOf, visibleBots } from "@/lib/identity/access";
import type { StatsOverview } from "./contract";
import type { StatsStore } from "./store";

type Deps = {
  store: StatsStore;
  bots: Pick<BotsRoom["bots"], "reach" | "get">;
  /** Returns the number of sockets connected to any process. */
  connected: () => number;
};

const commandCounts = (counts: BotCounters) => ({
  total_commands: counts.total_commands,
  pending_commands: counts.pending_commands,
  completed_commands: counts.completed_commands,
  failed_commands: counts.failed_commands,
  cancelled_commands: counts.cancelled_commands,
});

export function createStatsService({ store, bots, connected }: Deps) {
  /** Staff see the whole server; other users see their own bots, and only themselves as a user. @throws UNAUTHORIZED */
  async function overview(actor: Actor): Promise<StatsOverview> {
    const user = asUser(actor);
    const all = seesAll(actor);
    const counts = await store.overview(visibleBots(user));
    return {
      total_users: all ? await store.countUsers() : 1,
      total_bots: counts.bots,
      user_bots: all ? (await store.overview(reachedBots(user))).bots : counts.bots,
      total_commands: counts.total_commands,
      pending_commands: counts.pending_commands,
      total_logs: counts.total_logs,
      total_messages: counts.total_messages,
      connected_clients: connected(),
      online_bots: counts.online,
      failed_commands: counts.failed_commands,
      cancelled_commands: counts.cancelled_commands,
      error_logs: counts.error_logs,
    };
  }

  async function counters(actor: Actor, botId: string): Promise<BotCounters> {
    await bots.reach(actor, botId, "viewer");
    const counts = await store.bot(botId);
    if (!counts) throw new AppError("NOT_FOUND", `No bot ${cutText(botId, 64, "")}`);
    return counts;
  }

  /** @throws NOT_FOUND no such bot, or not one the actor may see */
  async function ofBot(actor: Actor, botId: string) {
    const counts = await counters(actor, botId);
    const command_types = await store.commandTypes(botId);
    return {
      ...commandCounts(counts),
      total_logs: counts.total_logs,
      total_messages: counts.total_messages,
      command_types,
    };
  }

  /** One bot with its command counts. @throws NOT_FOUND */
  async function info(actor: Actor, botId: string) {
    const bot = await bots.get(actor, botId);
    const shared_tags = sharedTagsOf(actor, botId);
    return {
      ...{ bot, stats: commandCounts(await counters(actor, botId)), online: bot.status !== "offline" },
      ...(shared_tags.length > 0 && { shared_tags }),
    };
  }

  return { overview, ofBot, info };
}
