"use client";
import { Skeleton } from "@/app/_ui/skeleton";
import type { Ticket } from "@/lib/community/tickets/contract";
import { useTicketList } from "@/lib/community/tickets/queries";
import { Heading } from "./context-line";
import { TicketStatusDot } from "./labels";

/** The newest other tickets of the same requester. */
export function OtherTickets({ ticket, onOpen }: { ticket: Ticket; onOpen: (ticketId: string) => void }) {
  const list = useTicketList(
    { user_id: ticket.user_id ?? undefined, bot_id: ticket.bot_id ?? undefined, status: "all" },
    { limit: 10, enabled: ticket.user_id !== null },
  );
  const others = (list.data?.pages[0]?.tickets ?? []).filter((one) => one.ticket_id !== ticket.ticket_id);
  return (
    <section aria-label="Other tickets">
      <Heading>
        Other tickets from <bdi>{ticket.user_name}</bdi>
      </Heading>
      {list.isPending && ticket.user_id !== null ? (
        <Skeleton className="h-8" />
      ) : list.error ? (
        <p className="text-[13px] text-muted">
          Other tickets could not be loaded.{" "}
          <button type="button" className="text-accent hover:underline" onClick={() => void list.refetch()}>
            Try again
          </button>
        </p>
      ) : others.length === 0 ? (
        <p className="text-[13px] text-faint">No other tickets.</p>
      ) : (
        <ul className="rounded-md border border-line">
          {others.map((one) => (
            <li key={one.ticket_id} className="border-line border-b last:border-b-0">
              <button
                type="button"
                onClick={() => onOpen(one.ticket_id)}
                className="-outline-offset-2 flex h-8 w-full items-center gap-2 px-2 text-left text-[13px] hover:bg-raised"
              >
                <span className="tnum text-faint">#{one.ticket_num}</span>
                <span className="min-w-0 flex-1 truncate">{one.subject}</span>
                <TicketStatusDot status={one.status} className="text-xs" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
