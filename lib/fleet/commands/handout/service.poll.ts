/** Bots that fetch their commands by HTTP: a poll leases, and may wait for a command. */
import type { Actor, BotActor } from "@/lib/core/actor";
import { logger } from "@/lib/core/log/logger";
import type { Command } from "@/lib/fleet/commands/contract";
import type { Deps } from "@/lib/fleet/commands/service.deps";
import type { Pushing } from "./service.push";

/** How long a long poll goes on before it looks at the queue by itself: leases end by time and announce nothing. */
const RECHECK_MS = 5_000;

type Poll = { limit: number; wait: number; lease: number; shards?: readonly number[] };

export function createPolling(deps: Deps, { offer }: Pick<Pushing, "offer">) {
  const { store, delivery, bots, emit, now, others = () => 0 } = deps;
  /** True once the process is stopping: no poll waits any more. */
  let isReleased = false;

  /**
   * Pending commands of a bot. Called by the bot itself it leases them, waiting up to `wait` seconds for one;
   * anybody else who may see the bot peeks.
   *
   * @param signal called only when there is something to wait for: making a signal costs more than an empty poll
   */
  async function pending(actor: Actor, botId: string, query: Poll, signal: () => AbortSignal): Promise<Command[]> {
    const { owner_id } = await bots.reach(actor, botId, "read");
    if (actor.kind !== "bot") return store.peek(botId, query.limit);
    bots.seen(botId);
    const deadline = now() + query.wait * 1000;
    for (;;) {
      const commands = await take(botId, owner_id, query);
      const left = deadline - now();
      if (commands.length > 0 || left <= 0 || query.limit === 0 || isReleased) return commands;
      await delivery.wait(botId, Math.min(left, RECHECK_MS), signal());
      // Skip the lease if the client has gone; otherwise the command would wait for its lease to expire.
      if (signal().aborted) return [];
      // A bot that holds a long poll open counts as online.
      bots.seen(botId);
    }
  }

  async function take(botId: string, owner_id: number | null, { limit, lease, shards }: Poll): Promise<Command[]> {
    const pushed = delivery.unconfirmed(botId, limit, shards);
    if (pushed.length > 0 && others() > 0)
      emit("command.received", { bot_id: botId, command_ids: pushed.map(({ id }) => id) });
    const at = now();
    const until = at + lease * 1000;
    const leased = await store.lease({ bot_id: botId, limit: limit - pushed.length, at, until, shards });
    for (const command of leased) emit("command.leased", { command, owner_id });
    return pushed.length > 0 ? [...pushed, ...leased] : leased;
  }

  /**
   * The answer to a bot's poll was lost on its way: the bot may have these commands again, under the same leases. Never
   * rejects: without it a command waits for its lease to end.
   */
  async function returned(bot: BotActor, commands: Command[]): Promise<void> {
    try {
      for (const { id, lease_expires_at } of commands) {
        const stored = await store.find(id);
        // Settled or leased anew meanwhile: the answer had arrived after all, or another process has the command.
        if (stored?.status === "pending" && stored.lease_expires_at === lease_expires_at) delivery.returned(stored);
      }
      offer(bot.bot_id, bot.owner_id, 0);
    } catch (error) {
      logger.warn(
        { err: error, bot_id: bot.bot_id },
        "commands of a lost answer were not returned; their leases end by time",
      );
    }
  }

  /** Answers every long poll at once, those to come too (shutdown). */
  function release(): void {
    isReleased = true;
    delivery.wakeAll();
  }

  return { pending, returned, release };
}
