"use client";
import { Eye, Info } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import { namesText } from "../_shared/names-text";
import { NAMES_SHOWN, PriorityMark, type Reader, TicketStatusDot } from "./labels";
import { TicketMenu } from "./ticket-menu";
import type { TicketActions } from "./use-actions";

type HeaderProps = {
  ticket: TicketDetail;
  reader: Reader;
  actions: TicketActions;
  /** Names of other people who have the ticket open. */
  viewers: readonly string[];
  back: ReactNode;
  onDetails: () => void;
};

/** The subject and state of a ticket, the other people who have it open, and its actions. */
export function ConversationHeader({ ticket, reader, actions, viewers, back, onDetails }: HeaderProps) {
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-line border-b bg-panel px-2 sm:px-4">
      {back}
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold text-sm" title={ticket.subject}>
          {ticket.subject}
        </h2>
        <p className="flex min-w-0 items-center gap-2 overflow-hidden whitespace-nowrap text-faint text-xs">
          <span className="tnum">#{ticket.ticket_num}</span>
          <TicketStatusDot status={ticket.status} />
          <PriorityMark priority={ticket.priority} />
          {ticket.assigned_name ? (
            <span className="truncate">
              {ticket.assigned_to === reader.user_id ? "assigned to you" : `assigned to ${ticket.assigned_name}`}
            </span>
          ) : null}
          {viewers.length > 0 ? (
            <span className="inline-flex min-w-0 items-center gap-1 text-info" role="status">
              <Eye className="size-3.5 shrink-0" aria-hidden />
              <span className="truncate">
                {namesText(viewers, NAMES_SHOWN)} {viewers.length === 1 ? "is" : "are"} viewing
              </span>
            </span>
          ) : null}
        </p>
      </div>
      <TicketMenu ticket={ticket} reader={reader} actions={actions} />
      {reader.staff ? (
        <Button size="sm" variant="ghost" icon aria-label="Ticket details" className="xl:hidden" onClick={onDetails}>
          <Info />
        </Button>
      ) : null}
    </header>
  );
}
