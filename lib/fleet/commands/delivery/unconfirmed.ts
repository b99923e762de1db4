/** Pushed commands that their bot has not confirmed: they go out again, to whichever connection it comes by next. */
import type { Clock } from "@/lib/core/clock";
import type { Command } from "@/lib/fleet/commands/contract";
import type { Windows } from "./windows";

/** A bot that confirms does so at once. */
const UNCONFIRMED_MS = 1_000;

/** True when a program that holds `shards` may have the command; undefined is all of them. */
export const isFor = ({ shard }: Command, shards: readonly number[] | undefined): boolean =>
  shard === null || !shards || shards.includes(shard);

export const createUnconfirmed = ({ current }: Pick<Windows, "current">, now: Clock) => ({
  /**
   * Commands this process pushed without a confirmation, each returned once, so that other processes may hand them out.
   *
   * @param graceMs how long a push may wait for its confirmation before it counts as in vain
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
  /** Oldest first: for the bot's next socket, because the one before may have been dying. */
  unreceived: (botId: string): Command[] =>
    [...(current(botId)?.values() ?? [])].flatMap((item) => (item.isStored && !item.isConfirmed ? [item.command] : [])),
  /** Hands them to the bot's own poll once more, under the same lease. */
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
