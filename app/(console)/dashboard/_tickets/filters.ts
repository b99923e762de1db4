"use client";
import { useMemo } from "react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { TicketFilters } from "@/lib/community/tickets/queries.unread";
import type { Reader } from "./labels";

export const VIEWS = ["assigned", "unassigned", "all"] as const;
export const STATUSES = ["active", "open", "claimed", "closed", "all"] as const;
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export type StatusChoice = (typeof STATUSES)[number];
export type PriorityChoice = (typeof PRIORITIES)[number];

/**
 * Keeps the queue's filters and the open ticket in the address (`?view=&status=&type=&priority=&q=&ticket=`). The back
 * button closes an opened ticket; it does not undo filters.
 */
export function useTicketFilters({ staff, mayAnswer }: Pick<Reader, "staff" | "mayAnswer">) {
  const [state, setState] = useQueryStates(
    {
      view: parseAsStringLiteral(VIEWS).withDefault("all"),
      status: parseAsStringLiteral(STATUSES).withDefault(staff ? "active" : "all"),
      type: parseAsString,
      priority: parseAsStringLiteral(PRIORITIES),
      q: parseAsString.withDefault(""),
      ticket: parseAsString,
    },
    { history: "replace" },
  );
  const q = useDebounced(state.q.trim());
  const { view, status, type, priority } = state;
  const filters = useMemo<TicketFilters>(
    () => ({
      status,
      view: mayAnswer ? view : undefined,
      type: staff ? (type ?? undefined) : undefined,
      priority: staff ? (priority ?? undefined) : undefined,
      q: q || undefined,
    }),
    [staff, mayAnswer, status, view, type, priority, q],
  );
  return {
    state,
    filters,
    /** Whether filters may hide tickets, so that an empty list can say so. */
    filtered:
      Boolean(q || (staff && (view !== "all" || type || priority || status !== "active"))) ||
      (!staff && (status !== "all" || (mayAnswer && view !== "all"))),
    set: setState,
    clear: () => void setState({ view: null, status: null, type: null, priority: null, q: null }),
    open: (ticket: string | null) => void setState({ ticket }, { history: "push" }),
  };
}

export type TicketFilterState = ReturnType<typeof useTicketFilters>;
