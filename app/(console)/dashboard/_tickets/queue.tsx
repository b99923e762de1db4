"use client";
import { Inbox, Plus, Search, SlidersHorizontal, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { Kbd } from "@/app/_ui/kbd";
import { Skeleton } from "@/app/_ui/skeleton";
import { errorText } from "@/lib/client/api";
import { COUNT_CAP } from "@/lib/community/tickets/contract.constants";
import { type useTicketList, useTicketOptions } from "@/lib/community/tickets/queries";
import { useTicketCounts } from "@/lib/community/tickets/queries.unread";
import { PRIORITIES, type PriorityChoice, STATUSES, type StatusChoice, type TicketFilterState, VIEWS } from "./filters";
import type { Reader } from "./labels";
import { TicketRow } from "./ticket-row";

const VIEW_NAME = { assigned: "Mine", unassigned: "Unassigned", all: "All" } as const;
const STATUS_NAME = {
  active: "Active",
  open: "Open",
  claimed: "Claimed",
  closed: "Closed",
  all: "Any status",
} as const;

type QueueProps = {
  reader: Reader;
  filter: TicketFilterState;
  list: ReturnType<typeof useTicketList>;
  drafts: ReadonlySet<string>;
  onNew: () => void;
  actions: ReactNode;
};

/** The list at the left: filters with counts, then tickets by latest activity. */
export function Queue({ reader, filter, list, drafts, onNew, actions }: QueueProps) {
  const tickets = list.data?.pages.flatMap((page) => page.tickets) ?? [];
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
        <Filters reader={reader} filter={filter} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" aria-busy={list.isPlaceholderData || undefined}>
        {list.isPending ? (
          <QueueSkeleton />
        ) : list.error && !list.data ? (
          <ErrorState
            title="Tickets could not be loaded"
            message={errorText(list.error)}
            onRetry={() => void list.refetch()}
          />
        ) : tickets.length === 0 ? (
          <NoTickets reader={reader} filter={filter} onNew={onNew} />
        ) : (
          <>
            {list.error ? <StaleNote message={errorText(list.error)} onRetry={() => void list.refetch()} /> : null}
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
          </>
        )}
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

function Filters({ reader, filter }: { reader: Reader; filter: TicketFilterState }) {
  const { state, set } = filter;
  const { data: counts } = useTicketCounts();
  const { data: options } = useTicketOptions();
  const chosen = Boolean(state.type || state.priority || state.status !== "active");
  const [more, setMore] = useState(chosen);
  const count = (value: number | undefined) =>
    value === undefined ? "" : ` (${value >= COUNT_CAP ? `${COUNT_CAP}+` : value})`;
  const types = [...new Set([...(options?.types ?? []), ...(state.type ? [state.type] : [])])];
  const statusSelect = (
    <Select
      aria-label="Status"
      className={reader.staff ? "min-w-0 flex-1" : "w-36 shrink-0"}
      value={state.status}
      onChange={(event) => void set({ status: event.target.value as StatusChoice })}
    >
      {STATUSES.map((status) => (
        <option key={status} value={status}>
          {STATUS_NAME[status]}
          {count(counts?.[status])}
        </option>
      ))}
    </Select>
  );
  return (
    <search className="block space-y-2">
      {reader.staff ? (
        <fieldset aria-label="Whose tickets" className="flex rounded-md border border-line p-0.5">
          {VIEWS.map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={state.view === view}
              onClick={() => void set({ view })}
              className={cn(
                "flex h-7 min-w-0 flex-1 items-center justify-center gap-1 rounded px-1.5 text-[13px]",
                state.view === view ? "bg-accent-soft font-medium text-accent" : "text-muted hover:bg-raised",
              )}
            >
              {VIEW_NAME[view]}
              <span className="tnum min-w-4 text-xs">
                {counts ? cap(view === "all" ? counts.active : counts[view]) : ""}
              </span>
            </button>
          ))}
        </fieldset>
      ) : null}
      <div className="flex gap-2">
        <span className="relative min-w-0 flex-1">
          <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            id="ticket-search"
            aria-label="Search tickets"
            placeholder="Search"
            className="pl-8"
            maxLength={100}
            value={state.q}
            onChange={(event) => void set({ q: event.target.value || null })}
          />
        </span>
        {reader.staff ? null : statusSelect}
        {reader.staff ? (
          <Button
            icon
            aria-label="More filters"
            aria-expanded={more}
            title="More filters"
            className={cn(chosen && "border-accent text-accent")}
            onClick={() => setMore(!more)}
          >
            <SlidersHorizontal />
          </Button>
        ) : null}
      </div>
      {reader.staff && more ? (
        <div className="grid grid-cols-2 gap-2">
          {statusSelect}
          <Select
            aria-label="Type"
            className="min-w-0 flex-1"
            value={state.type ?? ""}
            onChange={(event) => void set({ type: event.target.value || null })}
          >
            <option value="">Any type</option>
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </Select>
          <Select
            aria-label="Priority"
            className="min-w-0 flex-1"
            value={state.priority ?? ""}
            onChange={(event) => void set({ priority: (event.target.value || null) as PriorityChoice | null })}
          >
            <option value="">Any priority</option>
            {PRIORITIES.map((priority) => (
              <option key={priority} value={priority}>
                {priority}
              </option>
            ))}
          </Select>
          <Button
            variant="ghost"
            disabled={!chosen}
            onClick={() => void set({ status: null, type: null, priority: null })}
          >
            <X aria-hidden /> Clear
          </Button>
        </div>
      ) : null}
    </search>
  );
}

const cap = (value: number) => (value >= COUNT_CAP ? `${COUNT_CAP}+` : value);

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
        docs={{ href: "/docs", label: "How bots open tickets" }}
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
