"use client";
import { useEffect, useMemo, useState } from "react";
import { parseAsString, useQueryState } from "@/app/_ui/address-state";
import { useTimeFormat } from "@/app/_ui/time-format";
import { useDebounced } from "@/app/_ui/use-debounced";
import { rangeQuery } from "@/lib/core/format/time-range";
import { useBotSearches } from "@/lib/fleet/bots/queries.searches";
import { FILTER_BOTS_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { compileRegex, type Matcher, parseQuery, type Term } from "@/lib/fleet/telemetry/queries.search";
import { type TimeRangeState, useTimeRange } from "../_shared/time-range/use-time-range";
import { botsWanted, expressionsOf, parseFilter } from "./filter";

/** Compiles the expressions of a query. Their engine is loaded when a query has one. */
function useExpressions(terms: readonly Term[]) {
  const [known, setKnown] = useState<ReadonlyMap<string, Matcher | string>>(new Map());
  useEffect(() => {
    for (const { key, expression } of expressionsOf(terms)) {
      if (known.has(key)) continue;
      const keep = (result: Matcher | string) => setKnown((before) => new Map(before).set(key, result));
      compileRegex(expression).then(keep, () => keep("Expressions could not be loaded: reload the page"));
    }
  }, [terms, known]);
  return { known, isPending: expressionsOf(terms).some(({ key }) => !known.has(key)) };
}

/** The page's range of time as filters; undefined until one was chosen, because a viewer shows all lines then. */
function rangeFilters({ range, isChosen }: Pick<TimeRangeState, "range" | "isChosen">) {
  if (!isChosen) return undefined;
  const { from, to } = rangeQuery(range);
  return { after: from, ...(to !== undefined && { before: to }) };
}

/**
 * The filter, stored as `?q=` in the address. `isSearching` is set while its bots are looked up and its expressions
 * compiled; its problems are not final until then.
 */
export function useLogFilter(botId: string | undefined) {
  const [text, setText] = useQueryState("q", parseAsString.withDefault("").withOptions({ history: "replace" }));
  const time = useTimeRange();
  const settled = useDebounced(text, 250);
  const zone = useTimeFormat().zone();
  const terms = useMemo(() => parseQuery(settled, zone).terms, [settled, zone]);
  const bots = useBotSearches(botsWanted(terms), FILTER_BOTS_MAX);
  const expressions = useExpressions(terms);
  const parsed = useMemo(() => {
    const range = rangeFilters({ range: time.range, isChosen: time.isChosen });
    const found = parseFilter(settled, { zone, range, bots: bots.found, expressions: expressions.known });
    if (!botId) return found;
    // A page of one bot shows no other bot, whatever the text says.
    const own = { bot_id: botId, bot_ids: undefined };
    return { ...found, filters: { ...found.filters, ...own }, unranged: { ...found.unranged, ...own } };
  }, [settled, zone, time.range, time.isChosen, bots.found, expressions.known, botId]);
  return {
    ...parsed,
    text,
    time,
    setText: (next: string | null) => void setText(next || null),
    /** Whether the problems belong to the text as it is now. */
    isSettled: text === settled,
    isSearching: bots.isPending || expressions.isPending,
    isFiltered: settled.trim() !== "" || time.isChosen,
    /** Whether the text has filters, apart from the range of time. */
    hasText: settled.trim() !== "",
  };
}

export type LogFilterState = ReturnType<typeof useLogFilter>;
