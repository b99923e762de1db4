"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { useDebounced } from "@/app/_ui/use-debounced";
import { listAllBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { BOT_SORTS } from "@/lib/fleet/bots/contract.constants";
import { botKeys } from "@/lib/fleet/bots/queries.keys";

export const PAGE = 100;
const STATUSES = ["online", "offline"] as const;

/** The bots of every owner, page by page, with the filters in the address (`?q=&status=&sort=`). */
export function useAllBots() {
  const [state, setState] = useQueryStates({
    q: parseAsString.withDefault(""),
    status: parseAsStringLiteral(STATUSES),
    sort: parseAsStringLiteral(BOT_SORTS).withDefault("name"),
  });
  const search = useDebounced(state.q, 200);
  const filters = { search: search || undefined, status: state.status ?? undefined, sort: state.sort };
  const list = useInfiniteQuery({
    queryKey: [...botKeys.lists, "admin", filters],
    queryFn: ({ pageParam, signal }) =>
      request(listAllBots, { query: { ...filters, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return {
    list,
    state,
    set: setState,
    isFiltered: Boolean(search || state.status),
    clear: () => void setState({ q: null, status: null }),
  };
}

export type AllBotsState = ReturnType<typeof useAllBots>;
