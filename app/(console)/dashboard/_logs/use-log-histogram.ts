"use client";
import { useMemo } from "react";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { writeJson } from "@/lib/core/format/json";
import { useSeries } from "@/lib/fleet/series/queries";
import { useLogCounts } from "@/lib/fleet/telemetry/queries.counts";
import { type Bar, countedBars, DEFAULT_AFTER, isOfSeries, seriesBars, spanOf, stepFor } from "./histogram";
import { countedLevels, seriesLevels } from "./level-counts";
import type { LogFilterState } from "./use-log-filter";

const NO_BARS: Bar[] = [];
const LOG_SERIES = ["debug", "info", "warning", "error", "critical", "other"].map((level) => `logs.${level}`);

/** The bars of a query: from the series where they have its counts, else counted line by line. */
export function useLogHistogram({ filters, terms, problems, isSearching }: LogFilterState) {
  // The server does not know the time of the browser, so it draws no bars.
  const isHydrated = useHydrated();
  const isReady = isHydrated && !isSearching && problems.length === 0;
  const key = writeJson(filters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filters; the range moves when they change
  const span = useMemo(() => spanOf(filters, Date.now()), [key]);
  const isSeries = isOfSeries(terms, filters);
  const after = filters.after ?? DEFAULT_AFTER;
  const asked = { bot_id: filters.bot_id, names: LOG_SERIES, from: after, to: filters.before };
  const series = useSeries(isReady && isSeries && span ? asked : undefined);
  const counted = useLogCounts(
    isReady && !isSeries && span ? { ...filters, after } : undefined,
    span ? stepFor(span) : "day",
  );
  const bars = useMemo(() => {
    if (!span || !isReady) return NO_BARS;
    if (!isSeries) return countedBars(counted, span);
    return series.data ? seriesBars(series.data, span, terms) : NO_BARS;
  }, [span, isReady, isSeries, counted, series.data, terms]);
  const isLive = filters.before === undefined;
  const levels = useMemo(
    () =>
      isSeries
        ? // While another range is fetched, the answer is still that of the one before.
          seriesLevels(isReady && !series.isPlaceholderData ? series.data : undefined, series.dataUpdatedAt, isLive)
        : countedLevels(counted, span?.to ?? 0),
    [isSeries, isReady, series.data, series.isPlaceholderData, series.dataUpdatedAt, isLive, counted, span],
  );
  return {
    bars,
    levels,
    span,
    isHydrated,
    isPending: isSeries ? series.isPending : !counted.isWhole && counted.countedTo === undefined,
    countedTo: isSeries || counted.isWhole ? undefined : counted.countedTo,
  };
}

export type LogHistogramState = ReturnType<typeof useLogHistogram>;
