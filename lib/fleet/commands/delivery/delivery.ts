/**
 * Delivers commands to bots that are online: long polls wake when a command is queued, and bots connected by Socket.IO
 * are pushed leased commands, at most WINDOW unsettled ones at a time.
 *
 * A pushed command counts as received once the bot confirms or acks it. Bots of document 001 treat `new_command` as a
 * hint and fetch the queue by HTTP: until the command is confirmed, that fetch returns it under the same lease
 * (docs/decisions/003). The bot's next socket gets it again too, and so does a poll after one whose answer was lost:
 * otherwise a command pushed into a dying connection would wait until its lease ends.
 *
 * Processes. All of this is kept in the memory of the process the bot is connected to; if that process dies, the process
 * to which the bot connects next takes its commands over (handout/service.push.ts). Unconfirmed commands of 001 bots are
 * offered to the other processes, because the bot's fetch may reach any of them.
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
    /**
     * Stores a command that another process pushed and its bot did not confirm, so that a fetch in this process may
     * return it.
     */
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
