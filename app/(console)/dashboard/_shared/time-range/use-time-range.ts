"use client";
import { useEffect, useMemo } from "react";
import { parseAsString, useQueryStates } from "@/app/_ui/address-state";
import {
  DEFAULT_RANGE,
  fixedRange,
  isLiveRange,
  shifted,
  spanOf,
  type TimeRange,
  withLive,
  zoomedOut,
} from "@/lib/core/format/time-range";
import { rememberedRange, rememberRange } from "./remembered";

const PARAMS = { from: parseAsString, to: parseAsString };

/**
 * The range of time that the page shows, kept in its address as `?from=now-24h&to=now`. A page that is opened without one
 * takes the range chosen last in this tab. An address with a range that makes no sense shows the default.
 */
export function useTimeRange() {
  const [given, setGiven] = useQueryStates(PARAMS, { history: "push" });
  const { from, to } = given;
  const isGiven = from !== null;
  const range = useMemo<TimeRange>(() => {
    const asked = { from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to };
    return spanOf(asked, Date.now()) ? asked : DEFAULT_RANGE;
  }, [from, to]);
  useEffect(() => {
    if (isGiven) {
      rememberRange(range);
      return;
    }
    const last = rememberedRange();
    if (last) void setGiven(last, { history: "replace" });
  }, [isGiven, range, setGiven]);
  const setRange = (next: TimeRange) => {
    rememberRange(next);
    void setGiven(next);
  };
  return {
    range,
    /** Whether a range was chosen, on this page or before. A page may show more than the default until then. */
    isChosen: isGiven,
    /** Goes back to no chosen range, on all pages of this tab. */
    clear: () => {
      rememberRange(DEFAULT_RANGE);
      void setGiven(null);
    },
    isLive: isLiveRange(range),
    setRange,
    /** Shows the time between two moments, in epoch milliseconds. */
    zoom: (start: number, end: number) => setRange(fixedRange({ from: start, to: end })),
    zoomOut: () => setRange(zoomedOut(range, Date.now())),
    shift: (direction: -1 | 1) => setRange(shifted(range, direction, Date.now())),
    setLive: (isLive: boolean) => setRange(withLive(range, isLive, Date.now())),
  };
}

export type TimeRangeState = ReturnType<typeof useTimeRange>;
