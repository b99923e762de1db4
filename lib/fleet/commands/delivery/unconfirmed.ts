/** Pushed commands that their bot has not confirmed. They are sent again on the connection that the bot uses next. */
import type { Clock } from "@/lib/core/clock";
import type { Command } from "@/lib/fleet/commands/contract";
import type { Windows } from "./windows";

/** How long a push may stay unconfirmed. Bots that confirm do so at once. */
const UNCONFIRMED_MS = 1_000;

/** Returns true when a program that holds `shards` may have the command; undefined means all shards. */
export const isFor = ({ shard }: Command, shards: readonly number[] | undefined): boolean =>
  shard === null || !shards || shards.includes(shard);

export const createUnconfirmed = ({ current }: Pick<Windows, "current">, now: Clock) => ({
  /**
   * Returns each command that this process pushed without a confirmation once, so that other processes may hand them
   * out.
   *
   * @param graceMs how long a push may wait for its confirmation before the command is offered elsewhere
   */
  unoffered(botId: string, graceMs = UNCONFIRMED_MS): Command[] {
    const found: Command[] = [];
    for (const item of current(botId)?.values() ?? []) {
      if (!item.isStored || item.isConfirmed || item.isOffered || item.at > now() - graceMs) continue;
      item.isOffered = true;
      found.push(item.command);
    }
    return found;
  },
  /**
   * Lists unconfirmed commands, oldest first, for the bot's next socket: the previous socket may have been dying when
   * they were pushed.
   */
  unreceived: (botId: string): Command[] =>
    [...(current(botId)?.values() ?? [])].flatMap((item) => (item.isStored && !item.isConfirmed ? [item.command] : [])),
  /** Returns unconfirmed commands to the bot's own poll once more, under the same lease. */
  unconfirmed(botId: string, limit: number, shards?: readonly number[]): Command[] {
    const found: Command[] = [];
    for (const item of current(botId)?.values() ?? []) {
      if (found.length >= limit) break;
      if (item.isConfirmed || !item.isStored || !isFor(item.command, shards)) continue;
      item.isConfirmed = true;
      found.push(item.command);
    }
    return found;
  },
});
