"use client";
import { Button } from "@/app/_ui/button";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import type { TicketActions } from "./use-actions";

type ClosedBarProps = { ticket: TicketDetail; actions: TicketActions; onOpen: (ticketId: string) => void };

/**
 * Replaces the composer of a closed ticket: says why it is closed, and offers to reopen it or to open the ticket it was
 * merged into.
 */
export function ClosedBar({ ticket, actions, onOpen }: ClosedBarProps) {
  const { merged_into: target } = ticket;
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-line border-t bg-panel px-4 py-2 text-sm">
      <p className="min-w-0 text-muted">
        {target
          ? "This ticket was merged. The conversation continues in another ticket."
          : `Closed${ticket.closed_by ? ` by ${ticket.closed_by}` : ""}${ticket.close_reason ? `: ${ticket.close_reason}` : "."}`}
      </p>
      {target ? (
        <Button size="sm" onClick={() => onOpen(target)}>
          Open merged ticket
        </Button>
      ) : actions.can.reopen ? (
        <Button size="sm" loading={actions.busy} onClick={actions.reopen}>
          Reopen ({ticket.reopens_left} left)
        </Button>
      ) : (
        <span className="text-[13px] text-faint">This ticket cannot be reopened.</span>
      )}
    </div>
  );
}
