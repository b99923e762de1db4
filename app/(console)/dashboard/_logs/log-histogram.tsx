"use client";
import { ZoomOut } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { FullTime, useTimeFormat } from "@/app/_ui/time-format";
import { countText } from "@/lib/core/format/units";
import { withTerm } from "./filter";
import { type Bar, type Counts, GROUPS, type Group, sumOf, totalOf } from "./histogram";
import type { LogFilterState } from "./use-log-filter";
import { useLogHistogram } from "./use-log-histogram";

const COLOURS: Record<Group, string> = {
  error: "bg-bad",
  warning: "bg-warn",
  info: "bg-info/60",
  other: "bg-faint/60",
};
const NAMES: Record<Group, [string, string]> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  info: ["info", "info"],
  other: ["other", "other"],
};

/** "3 errors, 20 info", without the groups that have no line. */
const groupsText = (counts: Counts): string =>
  GROUPS.filter((group) => counts[group] > 0)
    .map((group) => countText(counts[group], ...NAMES[group]))
    .join(", ") || "no lines";

type HistogramProps = { filter: LogFilterState; onText: (text: string) => void };

/** The number of matching lines over time, by level. Dragging over it, or a click on a bar, narrows the query to that time. */
export function LogHistogram({ filter, onText }: HistogramProps) {
  const { bars, countedTo, isPending, span, isHydrated } = useLogHistogram(filter);
  const format = useTimeFormat();
  const sum = sumOf(bars);
  const isZoomed = filter.filters.after !== undefined || filter.filters.before !== undefined;
  const zoom = (from: number, to: number) => {
    const iso = (at: number) => new Date(at).toISOString();
    onText(withTerm(withTerm(filter.text, "before", `before:${iso(to)}`), "after", `after:${iso(from)}`));
  };
  const zoomOut = () => onText(withTerm(withTerm(filter.text, "before", ""), "after", ""));
  if (!span || filter.problems.length > 0) return null;
  const zoomed = isHydrated ? `${format.dateTime(span.from)} – ${format.dateTime(span.to)}` : "";
  const range = isZoomed ? zoomed : "Last 24 hours";
  return (
    <figure className="border-line border-b px-3 pt-2 pb-1.5" aria-label="Lines over time">
      <Bars bars={bars} label={`${range}: ${groupsText(sum)}`} onZoom={zoom} />
      <figcaption className="flex min-h-7 items-center gap-3 text-muted text-xs">
        <span className="truncate">{range}</span>
        {isZoomed ? (
          <Button variant="ghost" size="sm" onClick={zoomOut}>
            <ZoomOut aria-hidden /> Show the last 24 hours
          </Button>
        ) : null}
        <span className="tnum ml-auto truncate text-faint">
          {isPending ? "Counting…" : groupsText(sum)}
          {countedTo !== undefined ? (
            <>
              , counted back to <FullTime at={countedTo} />
            </>
          ) : null}
        </span>
      </figcaption>
    </figure>
  );
}

type BarsProps = { bars: readonly Bar[]; label: string; onZoom: (from: number, to: number) => void };

function Bars({ bars, label, onZoom }: BarsProps) {
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const format = useTimeFormat();
  const most = Math.max(1, ...bars.map((bar) => totalOf(bar.counts)));
  const [low, high] = drag ? [Math.min(...drag), Math.max(...drag)] : [-1, -1];
  const placeOf = (event: { clientX: number; currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * bars.length)));
  };
  return (
    <div
      role="img"
      aria-label={label}
      className="flex h-12 cursor-crosshair touch-pan-y select-none items-stretch"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([placeOf(event), placeOf(event)]);
      }}
      onPointerMove={(event) => drag && setDrag([drag[0], placeOf(event)])}
      onPointerCancel={() => setDrag(null)}
      onPointerUp={() => {
        const [first, last] = [bars[low], bars[high]];
        setDrag(null);
        if (first && last) onZoom(first.from, last.to);
      }}
    >
      {bars.map((bar, place) => (
        <div
          key={bar.from}
          title={`${format.dateTime(bar.from)} – ${format.clock(bar.to)}: ${bar.isKnown ? groupsText(bar.counts) : "not known"}`}
          className={cn(
            "flex min-w-0 flex-1 flex-col-reverse border-panel border-l",
            place >= low && place <= high ? "bg-accent-soft" : !bar.isKnown && totalOf(bar.counts) === 0 && "bg-raised",
          )}
        >
          {GROUPS.map((group) =>
            bar.counts[group] > 0 ? (
              <div
                key={group}
                className={cn("min-h-px shrink-0", COLOURS[group])}
                style={{ height: `${(bar.counts[group] / most) * 100}%` }}
              />
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}
