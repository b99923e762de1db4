"use client";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { useDebounced } from "@/app/_ui/use-debounced";
import { BOT_SORTS } from "@/lib/fleet/bots/contract.constants";
import type { BotFilters } from "@/lib/fleet/bots/queries";
import { botsAddress } from "../../_shared/views/address";
import type { PageView } from "../../_shared/views/page-view";

/** Filters by what a bot is or reports, in the order of the toolbar. */
export const PROPERTIES = ["tag", "platform", "version", "host", "team"] as const;
export type Property = (typeof PROPERTIES)[number];

const NO_PROPERTIES = Object.fromEntries(PROPERTIES.map((name) => [name, null])) as Record<Property, null>;

/** The list's filters, kept in the address: `?search=&status=&tag=&sort=` and others, `?as=tiles`, and `?new=1` for the create dialog. */
export function useBotFilters() {
  const [state, setState] = useQueryStates(
    {
      search: parseAsString.withDefault(""),
      status: parseAsStringLiteral(["online", "offline"] as const),
      tag: parseAsString,
      platform: parseAsString,
      version: parseAsString,
      host: parseAsString,
      team: parseAsString,
      sort: parseAsStringLiteral(BOT_SORTS).withDefault("name"),
      as: parseAsStringLiteral(["tiles"] as const),
      new: parseAsString,
    },
    { history: "replace" },
  );
  const typed = state.search.trim();
  const search = useDebounced(typed);
  const { team, ...properties } = Object.fromEntries(PROPERTIES.map((name) => [name, state[name] || undefined])) as {
    [name in Property]?: string;
  };
  const filters: BotFilters = {
    ...{ search: search || undefined, status: state.status ?? undefined, sort: state.sort },
    ...{ ...properties, team_id: team },
  };
  // A view is saved from what is typed, without waiting until the typing has paused.
  const { sort, ...chosen } = { ...filters, search: typed || undefined };
  const viewFilter: PageView["filter"] = {
    ...{ ...chosen, team_id: team === undefined ? undefined : Number(team) },
    sort: sort === "name" ? undefined : sort,
  };
  return {
    state,
    setState,
    filters,
    /** A new view would keep this. Its address is the same text for the same filters, whatever their order in the real one. */
    present: { page: "bots", filter: viewFilter, address: botsAddress(viewFilter) } as PageView,
    filtered: Boolean(search || state.status || PROPERTIES.some((name) => state[name])),
    clear: () => void setState({ search: null, status: null, ...NO_PROPERTIES }),
  };
}
