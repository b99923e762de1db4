import type { TimeRangeState } from "@/app/(console)/dashboard/_shared/time-range/use-time-range";
import { rangeQuery } from "@/lib/core/format/time-range";
import { useSeries } from "@/lib/fleet/series/queries";
import { CHART_NAMES } from "./figures";

/** The series that the Overview's charts share, read in one request. */
export const useFleetSeries = ({ range }: TimeRangeState) => useSeries({ names: CHART_NAMES, ...rangeQuery(range) });
