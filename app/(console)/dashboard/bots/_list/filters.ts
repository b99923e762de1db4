"use client";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useDebounced } from "@/app/_ui/use-debounced";
import { BOT_SORTS, type BotSort } from "@/lib/fleet/bots/contract.constants";
import type { BotFilters } from "@/lib/fleet/bots/queries";

export const SORT_LABELS: Record<BotSort, string> = {
  name: "Name",
  status: "Status",
  last_active: "Last seen",
  created_at: "Newest",
  pending: "Most pending",
};

/** The list's filters, kept in the address: `?search=&status=&sort=`, and `?new=1` for the create dialog. */
export function useBotFilters() {
  const [state, setState] = useQueryStates(
    {
      search: parseAsString.withDefault(""),
      status: parseAsStringLiteral(["online", "offline"] as const),
      sort: parseAsStringLiteral(BOT_SORTS).withDefault("name"),
      new: parseAsString,
    },
    { history: "replace" },
  );
  const search = useDebounced(state.search.trim());
  const filters: BotFilters = { search: search || undefined, status: state.status ?? undefined, sort: state.sort };
  return {
    state,
    setState,
    filters,
    filtered: Boolean(search || state.status),
    clear: () => void setState({ search: null, status: null }),
  };
}
