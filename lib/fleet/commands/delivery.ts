/**
 * Handing commands to bots that are there: long polls wake when something is queued, and bots connected by Socket.IO are
 * pushed leased commands, at most WINDOW unsettled ones at a time.
 *
 * A pushed command counts as received once the bot confirms it or acks. Bots of document 001 take `new_command` as a hint
 * and fetch the queue by HTTP: until it is confirmed, that fetch gets the same lease again (docs/decisions/003). So does the
 * bot's next socket, and a poll after one whose answer was lost: a push into a dying connection must not wait for its lease.
 *
 * Processes. All of this is memory of the process the bot is connected to; if it is lost, the lease ends by time. What such
 * a bot does not confirm is offered to the other processes, for its fetch may come to any of them.
 */
import type { Clock } from "@/lib/core/clock";
import type { Command } from "./contract";

export const WINDOW = 64;
export const PUSH_LEASE_MS = 300_000;

type Pushed = {
  command: Command;
  until: number;
  at: number;
  /** False while it is being written down. */
  stored: boolean;
  confirmed: boolean;
  offered: boolean;
};

/** True when a program that holds `shards` may have the command; undefined is all of them. */
export const isFor = ({ shard }: Command, shards: readonly number[] | undefined): boolean =>
  shard === null || !shards || shards.includes(shard);

/** A bot that confirms does so at once. */
const UNCONFIRMED_MS = 1_000;

export function createDelivery({ now }: { now: Clock }) {
  const waiting = new Map<string, Set<() => void>>();
  const pushed = new Map<string, Map<string, Pushed>>();
  const backlog = new Set<string>();

  /** Pushed commands of a bot whose lease still runs. */
  function current(botId: string): Map<string, Pushed> | undefined {
    const mine = pushed.get(botId);
    if (!mine) return undefined;
    const at = now();
    for (const [id, item] of mine) if (item.until <= at) mine.delete(id);
    if (mine.size === 0) pushed.delete(botId);
    return mine;
  }

  function keep(command: Command, how: { stored: boolean; offered: boolean }): void {
    const mine = pushed.get(command.bot_id) ?? new Map<string, Pushed>();
    pushed.set(command.bot_id, mine);
    const until = Date.parse(command.lease_expires_at!);
    mine.set(command.id, { command, until, at: now(), confirmed: false, ...how });
  }

  return {
    /** Resolves when a command may be waiting for the bot, after `ms`, or when the client goes away. */
    wait(botId: string, ms: number, signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const set = waiting.get(botId) ?? new Set();
        waiting.set(botId, set);
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          set.delete(done);
          if (set.size === 0 && waiting.get(botId) === set) waiting.delete(botId);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done, { once: true });
        set.add(done);
      });
    },
    wake(botId: string): void {
      for (const done of [...(waiting.get(botId) ?? [])]) done();
    },
    /** Answers every long poll at once (shutdown). */
    wakeAll(): void {
      for (const botId of [...waiting.keys()]) this.wake(botId);
    },
    /** How many more commands may be pushed to the bot now. */
    room: (botId: string): number => WINDOW - (current(botId)?.size ?? 0),
    /** It fills the window while it is being written down; until then nobody is handed it. */
    reserved(command: Command): void {
      keep(command, { stored: false, offered: false });
    },
    pushed(command: Command): void {
      keep(command, { stored: true, offered: false });
    },
    /**
     * Commands this process pushed without a confirmation, each returned once, so that other processes may hand them out.
     *
     * @param graceMs how long a push may wait for its confirmation before it counts as in vain
     */
    unoffered(botId: string, graceMs = UNCONFIRMED_MS): Command[] {
      const found: Command[] = [];
      for (const item of current(botId)?.values() ?? []) {
        if (!item.stored || item.confirmed || item.offered || item.at > now() - graceMs) continue;
        item.offered = true;
        found.push(item.command);
      }
      return found;
    },
    /** Another process pushed it, and its bot does not confirm: this one's fetch may have it. */
    offered(command: Command): void {
      if (pushed.get(command.bot_id)?.has(command.id)) return;
      keep(command, { stored: true, offered: true });
      this.wake(command.bot_id);
    },
    /** It may be settled for long, which this process did not hear of: they no longer fill the bot's window. */
    forgetConfirmed(): void {
      for (const mine of pushed.values()) for (const [id, { confirmed }] of mine) if (confirmed) mine.delete(id);
    },
    /** How a pushed command was when it was handed out. */
    known: (botId: string, commandId: string): Command | undefined => pushed.get(botId)?.get(commandId)?.command,
    /** Its lease ends later now. */
    extended(command: Command): void {
      const item = pushed.get(command.bot_id)?.get(command.id);
      if (item && command.lease_expires_at) item.until = Date.parse(command.lease_expires_at);
    },
    confirm(botId: string, commandId: string): void {
      const item = pushed.get(botId)?.get(commandId);
      if (item) item.confirmed = true;
    },
    settled(botId: string, commandId: string): void {
      const mine = pushed.get(botId);
      if ((mine?.size ?? 0) >= WINDOW) backlog.add(botId);
      mine?.delete(commandId);
      if (mine?.size === 0) pushed.delete(botId);
    },
    /** The bot is gone. */
    forget(botId: string): void {
      pushed.delete(botId);
      backlog.delete(botId);
    },
    /** True once after the window was full: more may be waiting than was pushed. */
    hasBacklog: (botId: string): boolean => backlog.delete(botId),
    /** Pushed but not confirmed, oldest first: for the bot's next socket, because the one before may have been dying. */
    unreceived: (botId: string): Command[] =>
      [...(current(botId)?.values() ?? [])].flatMap((item) => (item.stored && !item.confirmed ? [item.command] : [])),
    /** Offers a command again under the same lease, because the answer of a poll was lost. */
    returned(command: Command): void {
      keep(command, { stored: true, offered: false });
      this.wake(command.bot_id);
    },
    /** Pushed but not confirmed: handed to the bot's own poll once more, under the same lease. */
    unconfirmed(botId: string, limit: number, shards?: readonly number[]): Command[] {
      const found: Command[] = [];
      for (const item of current(botId)?.values() ?? []) {
        if (found.length >= limit) break;
        if (item.confirmed || !item.stored || !isFor(item.command, shards)) continue;
        item.confirmed = true;
        found.push(item.command);
      }
      return found;
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
