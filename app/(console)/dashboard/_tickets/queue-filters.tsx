"use client";
import { SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Select } from "@/app/_ui/input";
import { SearchInput } from "@/app/_ui/search-input";
import { COUNT_CAP } from "@/lib/community/tickets/contract.constants";
import { useTicketOptions } from "@/lib/community/tickets/queries";
import { useTicketCounts } from "@/lib/community/tickets/queries.unread";
import { PRIORITIES, type PriorityChoice, STATUSES, type StatusChoice, type TicketFilterState, VIEWS } from "./filters";
import type { Reader } from "./labels";

const VIEW_NAME = { assigned: "Mine", unassigned: "Unassigned", all: "All" } as const;
const STATUS_NAME = {
  active: "Active",
  open: "Open",
  claimed: "Claimed",
  closed: "Closed",
  all: "Any status",
} as const;

const cap = (value: number) => (value >= COUNT_CAP ? `${COUNT_CAP}+` : value);

type FilterProps = { filter: TicketFilterState };

/** The filters of the ticket list. Those who answer tickets also choose whose they see, and staff can open more filters. */
export function QueueFilters({ reader, filter }: FilterProps & { reader: Reader }) {
  const { state, set } = filter;
  const chosen = Boolean(state.type || state.priority || state.status !== "active");
  const [more, setMore] = useState(chosen);
  return (
    <search className="block space-y-2">
      {reader.mayAnswer ? <Views filter={filter} /> : null}
      <div className="flex gap-2">
        <SearchInput
          boxClassName="min-w-0 flex-1"
          id="ticket-search"
          aria-label="Search tickets"
          placeholder="Search"
          maxLength={100}
          value={state.q}
          onText={(q) => void set({ q: q || null })}
        />
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
        ) : (
          <StatusSelect filter={filter} className="w-36 shrink-0" />
        )}
      </div>
      {reader.staff && more ? <MoreFilters filter={filter} chosen={chosen} /> : null}
    </search>
  );
}

function Views({ filter: { state, set } }: FilterProps) {
  const { data: counts } = useTicketCounts();
  const isActive = state.status === "active";
  return (
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
          {view === "all" && isActive ? "All active" : VIEW_NAME[view]}
          {/* The server counts active tickets only, so other lists go without a count. */}
          <span className="tnum min-w-4 text-xs">
            {counts && isActive ? cap(view === "all" ? counts.active : counts[view]) : ""}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function StatusSelect({ filter: { state, set }, className }: FilterProps & { className: string }) {
  const { data: counts } = useTicketCounts();
  const count = (value: number | undefined) => (value === undefined ? "" : ` (${cap(value)})`);
  return (
    <Select
      aria-label="Status"
      className={className}
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
}

function MoreFilters({ filter, chosen }: FilterProps & { chosen: boolean }) {
  const { state, set } = filter;
  const { data: options } = useTicketOptions();
  const types = [...new Set([...(options?.types ?? []), ...(state.type ? [state.type] : [])])];
  return (
    <div className="grid grid-cols-2 gap-2">
      <StatusSelect filter={filter} className="min-w-0 flex-1" />
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
      <Button variant="ghost" disabled={!chosen} onClick={() => void set({ status: null, type: null, priority: null })}>
        <X aria-hidden /> Clear
      </Button>
    </div>
  );
}
