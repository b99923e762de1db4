/** Bots connected by a socket: commands that wait are leased and pushed to them. */
import type { Command } from "@/lib/fleet/commands/contract";
import { PUSH_LEASE_MS } from "@/lib/fleet/commands/delivery/delivery";
import type { Deps } from "@/lib/fleet/commands/service.deps";

export type Pushing = ReturnType<typeof createPushing>;

export function createPushing({ store, delivery, emit, now, others = () => 0 }: Deps) {
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
    dispatch,
    offer,
    disconnected,
    /** The commands that were pushed to a bot connected here and are not confirmed, oldest first. */
    unreceived: delivery.unreceived,
    /** A connected bot says that a pushed command arrived. */
    confirm: delivery.confirm,
    hasBacklog: delivery.hasBacklog,
  };
}
