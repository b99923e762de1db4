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
import type { Command } from "@/lib/fleet/commands/contract";
import { createLongPolls } from "./polls";
import { createUnconfirmed } from "./unconfirmed";
import { createWindows } from "./windows";

export const PUSH_LEASE_MS = 300_000;

export function createDelivery({ now }: { now: Clock }) {
  const polls = createLongPolls();
  const windows = createWindows({ now });
  return {
    ...polls,
    ...windows,
    ...createUnconfirmed(windows, now),
    /** Another process pushed it, and its bot does not confirm: this one's fetch may have it. */
    offered(command: Command): void {
      if (windows.known(command.bot_id, command.id)) return;
      windows.keep(command, { isStored: true, isOffered: true });
      polls.wake(command.bot_id);
    },
    /** Offers a command again under the same lease, because the answer of a poll was lost. */
    returned(command: Command): void {
      windows.keep(command, { isStored: true, isOffered: false });
      polls.wake(command.bot_id);
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
