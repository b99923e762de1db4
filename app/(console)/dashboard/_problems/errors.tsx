"use client";
import { TrendingUp } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { Button } from "@/app/_ui/button";
import { CalmNote } from "@/app/_ui/empty-state";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { SeriesAnswer } from "@/lib/fleet/series/queries";
import { ERROR_LEVELS, useErrorsIn } from "@/lib/fleet/telemetry/queries.errors";
import { patternOf } from "@/lib/fleet/telemetry/queries.patterns";
import { errorCounts, numberText } from "../_charts/figures";
import type { TimeRangeState } from "../_shared/time-range/use-time-range";
import { groupsOf, type Spike, spikesOf } from "./groups";
import { ProblemList } from "./problem-list";

const SPIKES_SHOWN = 2;

type ErrorsProps = {
  time: TimeRangeState;
  series: SeriesAnswer | undefined;
  botId?: string;
  /** How many errors there may be, which gives the placeholder its height. */
  expected?: number;
};

/** The errors of the range by cause, below the spikes among them. */
export function Errors({ time, series, botId, expected }: ErrorsProps) {
  const query = useErrorsIn(time.range, botId);
  const logs = query.data?.logs;
  const groups = useMemo(() => logs && groupsOf(logs, ({ message }) => patternOf(message)), [logs]);
  const spikes = useMemo(
    () =>
      series
        ? spikesOf(errorCounts(series), Date.parse(series.from), series.step_seconds * 1000).slice(0, SPIKES_SHOWN)
        : [],
    [series],
  );
  const base = botId ? `/dashboard/bots/${encodeURIComponent(botId)}?tab=logs&` : "/dashboard/logs?";
  const all = `${base}q=${encodeURIComponent(`level:${ERROR_LEVELS}`)}`;
  return (
    <ProblemList
      title="Errors"
      allHref={all}
      query={query}
      groups={groups}
      hasBots={botId === undefined}
      expected={expected}
      row={({ newest }) => ({ text: newest.message, href: `${all}#L${newest.id}`, at: newest.timestamp })}
      empty={<CalmNote>No errors in this range.</CalmNote>}
      note={query.data && !query.data.isWhole && logs ? `Grouped from the newest ${logs.length} errors.` : undefined}
    >
      {spikes.map((spike) => (
        <SpikeLine key={spike.from} spike={spike} all={all} onZoom={time.zoom} />
      ))}
    </ProblemList>
  );
}

/** A stretch with unusually many errors: a link to its lines, and a button that shows it alone. */
function SpikeLine({ spike, all, onZoom }: { spike: Spike; all: string; onZoom: TimeRangeState["zoom"] }) {
  const { dateTime, clock, dayKey } = useTimeFormat();
  const { from, to, count, usual } = spike;
  const [after, before] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const start = dayKey(from) === dayKey(Date.now()) ? clock(from) : dateTime(from);
  return (
    <p className="flex min-h-9 flex-wrap items-center gap-x-3 border-line border-b bg-bad-soft px-4 py-1 text-sm">
      <TrendingUp className="size-4 shrink-0 text-bad" aria-hidden />
      <Link
        href={`${all}&from=${after}&to=${before}`}
        prefetch={false}
        className="min-w-0 py-0.5 font-medium text-bad hover:underline"
        suppressHydrationWarning
      >
        Spike: {numberText(count)} errors from {start} to {clock(to)}
      </Link>
      <span className="text-[13px] text-muted">usually {usual > 0 ? numberText(usual) : "none"}</span>
      <Button size="sm" variant="ghost" className="ml-auto" onClick={() => onZoom(from, to)}>
        Zoom in
      </Button>
    </p>
  );
}
