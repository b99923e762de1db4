"use client";
import { Inbox, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { EmptyState } from "@/app/_ui/empty-state";
import { Kbd } from "@/app/_ui/kbd";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import type { useTicketList } from "@/lib/community/tickets/queries";
import type { TicketFilterState } from "./filters";
import type { Reader } from "./labels";
import { QueueFilters } from "./queue-filters";
import { TicketRow } from "./ticket-row";

type QueueProps = {
  reader: Reader;
  filter: TicketFilterState;
  list: ReturnType<typeof useTicketList>;
  drafts: ReadonlySet<string>;
  onNew: () => void;
  actions: ReactNode;
};

/** The list at the left: filters with counts, then the tickets, latest activity first. */
export function Queue({ reader, filter, list, drafts, onNew, actions }: QueueProps) {
  return (
    <>
      <header className="space-y-2 border-line border-b p-3">
        <div className="flex items-center justify-between gap-2">
          <h1 className="font-semibold text-base tracking-tight">{reader.staff ? "Tickets" : "My tickets"}</h1>
          <div className="flex items-center gap-1">
            {actions}
            <Button size="sm" variant="primary" onClick={onNew}>
              <Plus aria-hidden /> New ticket
            </Button>
          </div>
        </div>
        <QueueFilters reader={reader} filter={filter} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" aria-busy={list.isPlaceholderData || undefined}>
        <QueryState
          query={list}
          data={list.data?.pages.flatMap((page) => page.tickets)}
          failure="Tickets could not be loaded"
          loading={<QueueSkeleton />}
          empty={<NoTickets reader={reader} filter={filter} onNew={onNew} />}
        >
          {(tickets) => (
            <ul aria-label="Tickets" className={cn(list.isPlaceholderData && "opacity-60")}>
              {tickets.map((ticket) => (
                <TicketRow
                  key={ticket.ticket_id}
                  ticket={ticket}
                  reader={reader}
                  draft={drafts.has(ticket.ticket_id)}
                  current={ticket.ticket_id === filter.state.ticket}
                  onOpen={() => filter.open(ticket.ticket_id)}
                />
              ))}
            </ul>
          )}
        </QueryState>
        {list.hasNextPage ? (
          <p className="p-2 text-center">
            <Button
              size="sm"
              variant="ghost"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              Load more tickets
            </Button>
          </p>
        ) : null}
      </div>
      <footer className="hidden h-8 shrink-0 items-center gap-1.5 border-line border-t px-3 text-faint text-xs md:flex">
        <Kbd>j</Kbd>
        <Kbd>k</Kbd> move
        <Kbd className="ml-2">Enter</Kbd> open
        <Kbd className="ml-2">/</Kbd> search
      </footer>
    </>
  );
}

function NoTickets({ reader, filter, onNew }: { reader: Reader; filter: TicketFilterState; onNew: () => void }) {
  const icon = <Inbox aria-hidden />;
  if (filter.filtered)
    return (
      <EmptyState
        icon={icon}
        title="No tickets match"
        description="Change or clear the filters to see more tickets."
        filterHint={{ onClear: filter.clear }}
      />
    );
  if (reader.staff)
    return (
      <EmptyState
        icon={icon}
        title="No open tickets"
        description="Tickets that people and bots open appear here, latest activity first. Finished tickets are under Closed."
        action={<Button onClick={() => void filter.set({ status: "closed" })}>Show closed tickets</Button>}
        docs={{ href: "/docs/tickets", label: "How bots open tickets" }}
      />
    );
  return (
    <EmptyState
      icon={icon}
      title="No tickets yet"
      description="Open a ticket when you need help. Staff will reply to you here."
      action={
        <Button variant="primary" onClick={onNew}>
          <Plus aria-hidden /> New ticket
        </Button>
      }
    />
  );
}

function QueueSkeleton() {
  return (
    <div role="status" aria-label="Loading tickets">
      {Array.from({ length: 9 }, (_, row) => (
        <div key={row} className="flex h-[76px] gap-2.5 border-line border-b px-3 py-2.5">
          <Skeleton className="size-7 rounded-full" />
          <div className="flex-1 space-y-2 pt-0.5">
            <Skeleton className="h-3 w-3/4" />
            <Skeleton className="h-3 w-1/2" />
            <Skeleton className="h-3 w-2/3" />
          </div>
        </div>
      ))}
    </div>
  );
}
