/** Handing commands to their bots: polls lease, sockets are pushed to. */
import type { Actor, BotActor } from "@/lib/core/actor";
import { logger } from "@/lib/core/log/logger";
import type { Command } from "./contract";
import { PUSH_LEASE_MS } from "./delivery";
import type { Deps } from "./service.common";

/** How long a long poll goes on before it looks at the queue by itself: leases end by time and announce nothing. */
const RECHECK_MS = 5_000;

export function createHandout({ store, delivery, bots, emit, now, others = () => 0 }: Deps) {
  /** The process is stopping: nobody waits any more. */
  let released = false;

  /**
   * Pending commands of a bot. Called by the bot itself it leases them, waiting up to `wait` seconds for one;
   * anybody else who may see the bot peeks.
   */
  async function pending(
    actor: Actor,
    botId: string,
    query: { limit: number; wait: number; lease: number; shards?: readonly number[] },
    /** Asked for only when there is something to wait for: making a signal costs more than an empty poll. */
    signal: () => AbortSignal,
  ): Promise<Command[]> {
    const { owner_id } = await bots.reach(actor, botId, "read");
    if (actor.kind !== "bot") return store.peek(botId, query.limit);
    bots.seen(botId);
    const deadline = now() + query.wait * 1000;
    for (;;) {
      const commands = await take(botId, owner_id, { ...query, leaseMs: query.lease * 1000 });
      const left = deadline - now();
      if (commands.length > 0 || left <= 0 || query.limit === 0 || released) return commands;
      await delivery.wait(botId, Math.min(left, RECHECK_MS), signal());
      // A client that went away must not be handed a lease it will never see, and is not there: it may just have said so.
      if (signal().aborted) return [];
      // Waiting is being there.
      bots.seen(botId);
    }
  }

  async function take(
    botId: string,
    owner_id: number | null,
    { limit, leaseMs, shards }: { limit: number; leaseMs: number; shards?: readonly number[] },
  ): Promise<Command[]> {
    const again = delivery.unconfirmed(botId, limit, shards);
    if (again.length > 0 && others() > 0)
      emit("command.received", { bot_id: botId, command_ids: again.map(({ id }) => id) });
    const at = now();
    const leased = await store.lease({ bot_id: botId, limit: limit - again.length, at, until: at + leaseMs, shards });
    for (const command of leased) emit("command.leased", { command, owner_id });
    return [...again, ...leased];
  }

  /** Lets other processes hand out what a bot connected here was pushed and did not confirm. */
  function offer(bot_id: string, owner_id: number | null, graceMs?: number): void {
    if (others() === 0) return;
    for (const command of delivery.unoffered(bot_id, graceMs)) emit("command.offered", { command, owner_id });
  }

  /**
   * The bot's last socket here ended. A poll that waits takes what the socket did not confirm; the other processes may,
   * too, since the bot can come back to any of them.
   */
  function disconnected(bot_id: string, owner_id: number | null): void {
    if (delivery.unreceived(bot_id).length === 0) return;
    delivery.wake(bot_id);
    offer(bot_id, owner_id, 0);
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

  /**
   * Leases what waits for a bot connected here, as far as its window has room.
   *
   * @param shards of a sharded bot: those that the program to push to holds
   * @returns what to push
   */
  async function dispatch(botId: string, owner_id: number | null, shards?: readonly number[]): Promise<Command[]> {
    const at = now();
    const room = delivery.room(botId);
    if (room <= 0) return [];
    const commands = await store.lease({ bot_id: botId, limit: room, at, until: at + PUSH_LEASE_MS, shards });
    for (const command of commands) {
      delivery.pushed(command);
      emit("command.leased", { command, owner_id });
    }
    return commands;
  }

  return {
    pending,
    dispatch,
    offer,
    disconnected,
    returned,
    /** The commands that were pushed to a bot connected here and are not confirmed, oldest first. */
    unreceived: delivery.unreceived,
    /** A connected bot says that a pushed command arrived. */
    confirm: delivery.confirm,
    hasBacklog: delivery.hasBacklog,
    /** Answers every long poll at once, those to come too (shutdown). */
    release(): void {
      released = true;
      delivery.wakeAll();
    },
  };
}
