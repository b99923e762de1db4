"use client";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { useDebounced } from "@/app/_ui/use-debounced";
import { useBotSearch } from "@/lib/fleet/bots/queries";
import { FILTER_BOTS_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { botWanted, parseFilter } from "./filter";

const NO_BOTS = { bots: [], count: 0 };

/**
 * The filter, stored as `?q=` in the address. `isSearching` is set while its bots are looked up; its problems are not
 * final until then.
 */
export function useLogFilter(botId: string | undefined) {
  const [text, setText] = useQueryState("q", parseAsString.withDefault("").withOptions({ history: "replace" }));
  const settled = useDebounced(text, 250);
  const wantedBot = botId ? null : botWanted(settled);
  const search = useBotSearch(wantedBot ?? "", { enabled: wantedBot !== null, limit: FILTER_BOTS_MAX });
  const known = wantedBot === null ? undefined : search.data;
  const { filters, problems, note } = useMemo(() => {
    const parsed = parseFilter(settled, known ?? NO_BOTS);
    return botId ? { ...parsed, filters: { ...parsed.filters, bot_id: botId } } : parsed;
  }, [settled, known, botId]);
  return {
    text,
    setText: (next: string | null) => void setText(next || null),
    filters,
    problems,
    note,
    isSearching: wantedBot !== null && (search.isPending || search.isPlaceholderData),
    isFiltered: settled.trim() !== "",
  };
}

export type LogFilterState = ReturnType<typeof useLogFilter>;
