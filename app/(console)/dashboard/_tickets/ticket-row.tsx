import { PenLine } from "lucide-react";
import { cn } from "@/app/_ui/cn";
import { TimeAgo } from "@/app/_ui/time";
import type { Ticket } from "@/lib/community/tickets/contract";
import { Initials, PriorityMark, type Reader, TicketStatusDot } from "./labels";

type TicketRowProps = { ticket: Ticket; reader: Reader; draft: boolean; current: boolean; onOpen: () => void };

/** One ticket of the queue: its author and subject, the last message, and how many messages the reader has not seen. */
export function TicketRow({ ticket, reader, draft, current, onOpen }: TicketRowProps) {
  const unread = ticket.unread_count;
  return (
    <li>
      <button
        type="button"
        data-ticket={ticket.ticket_id}
        aria-current={current || undefined}
        onClick={onOpen}
        className={cn(
          "-outline-offset-2 flex h-[76px] w-full gap-2.5 border-line border-b px-3 py-2 text-left",
          current ? "bg-accent-soft" : "hover:bg-raised/60",
        )}
      >
        {reader.staff ? <Initials name={ticket.user_name} className="mt-0.5" /> : null}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className={cn("min-w-0 flex-1 truncate text-sm", unread > 0 ? "font-semibold" : "font-medium")}>
              {ticket.subject}
            </span>
            <TimeAgo at={ticket.last_message_at ?? ticket.updated_at} className="shrink-0 text-faint text-xs" />
          </span>
          <span className="flex items-baseline gap-2 text-[13px] text-muted">
            <span className="min-w-0 flex-1 truncate">
              {draft ? (
                <span className="text-accent">
                  <PenLine className="mr-1 inline size-3.5 align-text-bottom" aria-hidden />
                  Draft ·{" "}
                </span>
              ) : null}
              {ticket.last_message_author && ticket.last_message !== null ? (
                <bdi>{ticket.last_message_author === reader.username ? "You" : ticket.last_message_author}: </bdi>
              ) : null}
              {ticket.last_message ?? "No messages yet"}
            </span>
            {unread > 0 ? (
              <span className="tnum grid h-5 min-w-5 shrink-0 place-items-center self-center rounded-full bg-accent px-1.5 font-semibold text-accent-fg text-xs">
                {unread >= 100 ? "99+" : unread}
                <span className="sr-only"> unread</span>
              </span>
            ) : null}
          </span>
          <span className="flex h-5 items-center gap-2 overflow-hidden text-faint text-xs">
            <span className="tnum">#{ticket.ticket_num}</span>
            <TicketStatusDot status={ticket.status} />
            <span className="truncate">{ticket.type}</span>
            <PriorityMark priority={ticket.priority} />
            {ticket.assigned_name ? (
              <span className="ml-auto truncate" title={`Assigned to ${ticket.assigned_name}`}>
                {ticket.assigned_to === reader.user_id ? "assigned to you" : ticket.assigned_name}
              </span>
            ) : null}
          </span>
        </span>
      </button>
    </li>
  );
}
