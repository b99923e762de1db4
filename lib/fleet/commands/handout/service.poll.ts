/** Bots that fetch their commands by HTTP: a poll leases commands, and may wait until one is queued. */
import type { Actor, BotActor } from "@/lib/core/actor";
import { logger } from "@/lib/core/log/logger";
import type { Command } from "@/lib/fleet/commands/contract";
import type { Deps } from "@/lib/fleet/commands/service.deps";
import type { Pushing } from "./service.push";

/** The interval at which a waiting long poll reads the queue again: a lease that ends by time announces nothing. */
const RECHECK_MS = 5_000;

type Poll = { limit: number; wait: number; lease: number; shards?: readonly number[] };

export function createPolling(deps: Deps, { offer }: Pick<Pushing, "offer">) {
  const { store, delivery, bots, emit, now, others = () => 0 } = deps;
  /** True once the server has stopped listening; polls then no longer wait. */
  let isReleased = false;
  /** The number of times all waiting polls were answered. */
  let rounds = 0;

  /**
   * Returns pending commands of a bot. When the bot itself calls, they are leased, after waiting up to `wait` seconds
   * for one. Any other caller who may see the bot gets them without a lease.
   *
   * @param signal called only when the poll has to wait: creating a signal costs more than an empty poll
   */
  async function pending(actor: Actor, botId: string, query: Poll, signal: () => AbortSignal): Promise<Command[]> {
    const { team_id } = await bots.reach(actor, botId, "viewer");
    if (actor.kind !== "bot") return store.peek(botId, query.limit);
    bots.seen(botId);
    const deadline = now() + query.wait * 1000;
    const round = rounds;
    for (;;) {
      const commands = await take(botId, team_id, query);
      const left = deadline - now();
      if (commands.length > 0 || left <= 0 || query.limit === 0 || isReleased || rounds > round) return commands;
      await delivery.wait(botId, Math.min(left, RECHECK_MS), signal());
      // Skip the lease if the client has gone; otherwise the command would wait for its lease to expire.
      if (signal().aborted) return [];
      // A bot that holds a long poll open counts as online.
      bots.seen(botId);
    }
  }

  async function take(botId: string, team_id: number | null, { limit, lease, shards }: Poll): Promise<Command[]> {
    const pushed = delivery.unconfirmed(botId, limit, shards);
    if (pushed.length > 0 && others() > 0)
      emit("command.received", { bot_id: botId, command_ids: pushed.map(({ id }) => id) });
    const at = now();
    const until = at + lease * 1000;
    const leased = await store.lease({ bot_id: botId, limit: limit - pushed.length, at, until, by: null, shards });
    for (const command of leased) emit("command.leased", { command, team_id });
    return pushed.length > 0 ? [...pushed, ...leased] : leased;
  }

  /**
   * Makes commands available again under the same leases after the answer to the bot's poll was lost. Never rejects: if
   * this fails, the commands wait until their leases end.
   */
  async function returned(bot: BotActor, commands: Command[]): Promise<void> {
    try {
      for (const { id, lease_expires_at } of commands) {
        const stored = await store.find(id);
        // If the command was settled or leased again meanwhile, the answer had arrived after all, or another process
        // has it.
        if (stored?.status === "pending" && stored.lease_expires_at === lease_expires_at) delivery.returned(stored);
      }
      offer(bot.bot_id, bot.team_id, 0);
    } catch (error) {
      logger.warn(
        { err: error, bot_id: bot.bot_id },
        "commands of a lost answer were not returned; their leases end by time",
      );
    }
  }

  /**
   * Answers every long poll that waits now, because the process is stopping. Later ones wait as usual: their bots would
   * otherwise poll again and again until the server no longer listens.
   */
  function answerPolls(): void {
    rounds++;
    delivery.wakeAll();
  }

  /** Answers every long poll at once, and every later one without waiting. */
  function release(): void {
    isReleased = true;
    answerPolls();
  }

  return { pending, returned, answerPolls, release };
}
