/**
 * Changes that the server makes by itself: closing, unassigning and erasing tickets. Each change is guarded in the
 * database, so that it happens once.
 */
import { noteOf } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact } from "@/lib/community/tickets/rows";
import type { Common, Deps } from "@/lib/community/tickets/service.common";
import { describeAct, performAct } from "@/lib/core/acts";
import { closed, UNASSIGNED } from "./service.common";

export type MailTranscript = {
  /** Mails the transcript of a ticket that was just closed; never throws. */
  mailTranscript: (ticket: TicketRow) => void;
};

export function createUpkeep({ tickets, disk, emit, now, mailTranscript }: Deps & MailTranscript, common: Common) {
  const { event, changed } = common;

  return {
    /** Closes an inactive ticket automatically; does nothing if a message arrived meanwhile. */
    closeUnattended: (id: string, lastAt: number, line: string): Promise<boolean> =>
      performAct("closeInactiveTicket", async () => {
        describeAct({ target: { type: "ticket", id }, after: { status: "closed", close_reason: line } });
        const row = await tickets.change(id, closed(now(), null, line), event(id, line), "idle", lastAt);
        if (!row) return false;
        mailTranscript(row.row);
        await changed(row, "ticket_closed", null);
        return true;
      }),

    /** Unassigns a ticket, because its assignee has no account any more. The ticket is open for others again. */
    release: ({ id, bot_id }: Pick<TicketRow, "id" | "bot_id">): Promise<void> =>
      performAct("unassignTicket", async () => {
        describeAct({ target: { type: "ticket", id }, after: { status: "open", assigned_name: null } });
        const row = await tickets.change(
          id,
          UNASSIGNED,
          event(id, "Back in the queue: its staff member left", noteOf({ bot_id })),
          "active",
        );
        if (row) await changed(row, "ticket_unassigned", null);
      }),

    /** Removes a ticket, its conversation and its files. */
    async erase(row: TicketRow): Promise<void> {
      await disk.remove(await tickets.remove(row.id));
      emit("ticket.deleted", { ticket: toFact(row) });
    },
  };
}

export type Upkeep = ReturnType<typeof createUpkeep>;
