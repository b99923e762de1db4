/**
 * Background work of tickets. One process runs it; each change is guarded in the database, so it happens once. The
 * process in which an account or bot ended acts on that fact; if that process died first, this job finds the rows it
 * left.
 */
import { describeAct, performAct } from "@/lib/core/acts";
import type { Job, Jobs } from "@/lib/core/jobs";
import type { Upkeep } from "./desk/service.upkeep";
import type { TicketRow } from "./rows";
import { type Deps as RoomDeps, ticketTarget } from "./service.common";
import type { SweepStore } from "./store.sweep";

const LOOK_MS = 60_000;
const HOUR_MS = 3_600_000;
const STRAYS_MS = 6 * HOUR_MS;
/** An upload that no message names after this time counts as abandoned. */
const PENDING_MS = HOUR_MS;

type Deps = Pick<RoomDeps, "files" | "messages" | "disk" | "settings" | "now"> & { sweeps: SweepStore; upkeep: Upkeep };

export function createTicketJobs({ sweeps, files, messages, disk, settings, upkeep, now }: Deps) {
  /** Repeats `step` while a full batch is found. Items that were handled do not appear in the next batch. */
  async function all<T>(find: () => Promise<T[]>, act: (one: T) => Promise<unknown>): Promise<void> {
    for (let round = 0; round < 200; round++) {
      const found = await find();
      for (const one of found) await act(one);
      if (found.length < 50) return;
    }
  }

  const closeBotless = (find: () => Promise<Pick<TicketRow, "id" | "last_at">[]>) =>
    all(find, ({ id, last_at }) => upkeep.closeUnattended(id, last_at, "Closed because its bot was deleted"));

  const eraseOne = (row: TicketRow) =>
    performAct("eraseTicket", () => {
      describeAct({ target: ticketTarget(row), before: { status: row.status } });
      return upkeep.erase(row);
    });

  /** Removes a deleted account's name from its tickets, or erases the tickets if the person asked for that. */
  async function accountDeleted(accountId: number): Promise<void> {
    // First, because the tickets' owner leads a later run here if this process dies before it is done.
    await messages.forgetAuthor(`u${accountId}`);
    if (await sweeps.isErased(accountId)) await all(() => sweeps.ofOwner(accountId), eraseOne);
    else
      for (const { id, last_at } of await sweeps.disown(accountId))
        await upkeep.closeUnattended(id, last_at, "Closed because its account was deleted");
    await all(() => sweeps.assignedTo(accountId), upkeep.release);
  }

  return {
    /** Closes tickets that were silent for longer than configured (0 hours: never). */
    async closeIdle(): Promise<void> {
      const { auto_close_hours: hours } = await settings();
      if (hours <= 0) return;
      const line = `Closed automatically after ${hours} ${hours === 1 ? "hour" : "hours"} of silence`;
      await all(
        () => sweeps.idle(now() - hours * HOUR_MS),
        ({ id, last_at }) => upkeep.closeUnattended(id, last_at, line),
      );
    },

    /** Removes unsent uploads, and the tickets' references to deleted accounts and bots. */
    async tidy(): Promise<void> {
      await disk.remove(await files.removeForgotten(now() - PENDING_MS));
      for (const ownerId of await sweeps.goneOwners()) await accountDeleted(ownerId);
      await closeBotless(() => sweeps.ofBot());
    },

    /** Removes files that the database does not know, once they are old enough not to be uploads in progress. */
    async removeStrays(): Promise<void> {
      for await (const old of disk.strays(Date.now() - PENDING_MS)) await disk.remove(await files.unknown(old));
    },

    accountDeleted,

    botDeleted: (botId: string): Promise<void> => closeBotless(() => sweeps.ofBot(botId)),
  };
}

/** Registers the jobs. */
export function scheduleTicketJobs({ every }: Pick<Jobs, "every">, work: ReturnType<typeof createTicketJobs>): Job[] {
  return [
    every({ name: "tickets.close_idle", interval: LOOK_MS, first: 0, isLed: true, run: work.closeIdle }),
    every({ name: "tickets.tidy", interval: LOOK_MS, first: 0, isLed: true, run: work.tidy }),
    // Files lie in DATA_DIR, which all processes share.
    every({ name: "tickets.remove_strays", interval: STRAYS_MS, isLed: true, run: work.removeStrays }),
  ];
}
