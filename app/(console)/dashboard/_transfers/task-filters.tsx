"use client";
import { X } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { Input, Select } from "@/app/_ui/input";
import { useDebounced } from "@/app/_ui/use-debounced";
import { TASK_STATUSES } from "@/lib/operations/transfers/contract.constants";
import { statusLabel } from "./labels";

/** The filters and the page of the list, kept in the address (`?status=&search=&page=`). */
export function useTaskFilters() {
  const [state, setState] = useQueryStates(
    {
      status: parseAsStringLiteral(TASK_STATUSES),
      search: parseAsString.withDefault(""),
      page: parseAsInteger.withDefault(1),
    },
    { history: "replace" },
  );
  const search = useDebounced(state.search.trim());
  return {
    state,
    set: setState,
    filters: { status: state.status ?? undefined, search: search || undefined, page: Math.max(1, state.page) },
    isFiltered: Boolean(state.status || search),
    clear: () => void setState({ status: null, search: null, page: null }),
  };
}

export type TaskFilterState = ReturnType<typeof useTaskFilters>;

export function TaskFilters({ filter: { state, set, isFiltered, clear } }: { filter: TaskFilterState }) {
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <Select
        aria-label="Status"
        className="min-w-32 flex-1 sm:w-40 sm:flex-none"
        value={state.status ?? ""}
        onChange={(event) => void set({ status: (event.target.value || null) as typeof state.status, page: null })}
      >
        <option value="">Any status</option>
        {TASK_STATUSES.map((status) => (
          <option key={status} value={status}>
            {statusLabel(status)}
          </option>
        ))}
      </Select>
      <Input
        type="search"
        aria-label="Search transfers"
        placeholder="Search by name or address"
        className="min-w-40 flex-[2] sm:w-64 sm:flex-none"
        maxLength={200}
        value={state.search}
        onChange={(event) => void set({ search: event.target.value || null, page: null })}
      />
      {isFiltered ? (
        <Button variant="ghost" onClick={clear}>
          <X aria-hidden /> Clear
        </Button>
      ) : null}
    </search>
  );
}
