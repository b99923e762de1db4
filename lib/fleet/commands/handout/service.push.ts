/** Bots connected by a socket: waiting commands are leased and pushed to them. */
import type { Command } from "@/lib/fleet/commands/contract";
import { PUSH_LEASE_MS } from "@/lib/fleet/commands/delivery/delivery";
import type { Deps } from "@/lib/fleet/commands/service.deps";

export type Pushing = ReturnType<typeof createPushing>;

export function createPushing({ store, delivery, emit, now, others = () => 0, self, gone }: Deps) {
  /**
   * Offers the commands that were pushed to a bot here and not confirmed to the other processes, which may then hand
   * them out.
   */
  function offer(bot_id: string, team_id: number | null, graceMs?: number): void {
    if (others() === 0) return;
    for (const command of delivery.unoffered(bot_id, graceMs)) emit("command.offered", { command, team_id });
  }

  /**
   * Handles the end of the bot's last socket in this process. A waiting poll gets the commands that the socket did not
   * confirm; they are also offered to the other processes, because the bot may reconnect to any of them.
   */
  function disconnected(bot_id: string, team_id: number | null): void {
    if (delivery.unreceived(bot_id).length === 0) return;
    delivery.wake(bot_id);
    offer(bot_id, team_id, 0);
  }

  /**
   * Leases as many waiting commands of a bot connected to this process as its window has room for.
   *
   * @param shards the shards that the receiving program of a sharded bot holds
   * @returns the commands to push
   */
  async function dispatch(botId: string, team_id: number | null, shards?: readonly number[]): Promise<Command[]> {
    const at = now();
    const room = delivery.room(botId);
    if (room <= 0) return [];
    const until = at + PUSH_LEASE_MS;
    return pushed(await store.lease({ bot_id: botId, limit: room, at, until, by: self, shards }), team_id);
  }

  /**
   * Takes over the commands that a process pushed to the bot and left unsettled when it ended, so that they do not wait for
   * their leases. Attempts do not change. The bot may have got them already: it drops duplicates by the command's id.
   *
   * @param shards the shards of the program that has just connected
   * @returns the commands to push
   */
  async function inherit(botId: string, team_id: number | null, shards?: readonly number[]): Promise<Command[]> {
    const at = now();
    const others = await store.pushers(botId, self, at);
    if (others.length === 0) return [];
    const [from, limit] = [await gone(others), delivery.room(botId)];
    if (from.length === 0 || limit <= 0) return [];
    const until = at + PUSH_LEASE_MS;
    return pushed(await store.inherit({ bot_id: botId, from, to: self, limit, at, until, shards }), team_id);
  }

  function pushed(commands: Command[], team_id: number | null): Command[] {
    for (const command of commands) {
      delivery.pushed(command);
      emit("command.leased", { command, team_id });
    }
    return commands;
  }

  /** Returns those of the bots for which `dispatch` may find commands, with one read for all of them. */
  const waiting = async (botIds: string[]): Promise<ReadonlySet<string>> => new Set(await store.waiting(botIds, now()));

  return {
    dispatch,
    waiting,
    inherit,
    offer,
    disconnected,
    /** Lists the unconfirmed commands pushed to a bot connected to this process, oldest first. */
    unreceived: delivery.unreceived,
    /** Records that a pushed command has arrived at its connected bot. */
    confirm: delivery.confirm,
    hasBacklog: delivery.hasBacklog,
  };
}
