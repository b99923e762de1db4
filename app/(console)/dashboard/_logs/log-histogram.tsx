"use client";
import { ZoomOut } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { FullTime, useTimeFormat } from "@/app/_ui/time-format";
import { countText } from "@/lib/core/format/units";
import { withTerm } from "./filter";
import { type Bar, type Counts, DEFAULT_AFTER, GROUPS, type Group, sumOf, totalOf } from "./histogram";
import type { LogFilterState } from "./use-log-filter";
import type { LogHistogramState } from "./use-log-histogram";

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

type HistogramProps = { filter: LogFilterState; histogram: LogHistogramState; onText: (text: string) => void };

/**
 * The number of matching lines over time, by level. Dragging over it, or a click on a bar, shows that time alone. The table
 * has the same for the keyboard.
 */
export function LogHistogram({ filter, histogram, onText }: HistogramProps) {
  const { bars, countedTo, isPending, span, isHydrated } = histogram;
  const format = useTimeFormat();
  const [isTable, setTable] = useState(false);
  const sum = sumOf(bars);
  const { after = DEFAULT_AFTER, before } = filter.filters;
  const isZoomed = after !== DEFAULT_AFTER || before !== undefined;
  // Times in the query would take the place of the range.
  const withoutTimes = () => onText(withTerm(withTerm(filter.text, "before", ""), "after", ""));
  const zoom = (from: number, to: number) => {
    withoutTimes();
    filter.time.zoom(from, to);
  };
  const zoomOut = () => {
    withoutTimes();
    filter.time.clear();
  };
  if (!span || filter.problems.length > 0) return null;
  const zoomed = isHydrated ? `${format.dateTime(span.from)} – ${format.dateTime(span.to)}` : "";
  const range = isZoomed ? zoomed : "Last 24 hours";
  return (
    <figure className="border-line border-b px-3 pt-2 pb-1.5" aria-label="Lines over time">
      <Bars bars={bars} label={`${range}: ${groupsText(sum)}`} onZoom={zoom} />
      <figcaption className="flex min-h-7 flex-wrap items-center gap-x-3 text-muted text-xs">
        <span className="truncate">{range}</span>
        {isZoomed ? (
          <Button variant="ghost" size="sm" onClick={zoomOut}>
            <ZoomOut aria-hidden /> Show the last 24 hours
          </Button>
        ) : null}
        <Button variant="ghost" size="sm" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          Table
        </Button>
        <span className="tnum text-faint max-sm:order-last max-sm:w-full max-sm:pb-1 sm:ml-auto">
          {isPending ? "Counting…" : groupsText(sum)}
          {countedTo !== undefined ? (
            <>
              , counted back to <FullTime at={countedTo} />
            </>
          ) : null}
        </span>
      </figcaption>
      {isTable ? <BarsTable bars={bars} onZoom={zoom} /> : null}
    </figure>
  );
}

/** The bars that have lines as rows, newest first, each with a button that shows its time alone. */
function BarsTable({ bars, onZoom }: Omit<BarsProps, "label">) {
  const format = useTimeFormat();
  const filled = bars.filter((bar) => totalOf(bar.counts) > 0).reverse();
  return (
    <div className="max-h-40 overflow-y-auto">
      <table className="w-full text-[13px]" aria-label="Lines by time">
        <thead className="sr-only">
          <tr>
            <th>Time</th>
            <th>Lines</th>
            <th>Zoom</th>
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.from} className="border-line border-t">
              <td className="tnum whitespace-nowrap py-0.5 pr-3">
                {format.dateTime(bar.from)} – {format.clock(bar.to)}
              </td>
              <td className="tnum w-full text-muted">{groupsText(bar.counts)}</td>
              <td>
                <Button
                  variant="ghost"
                  size="sm"
                  aria-label={`Zoom to ${format.dateTime(bar.from)}`}
                  onClick={() => onZoom(bar.from, bar.to)}
                >
                  Zoom in
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
