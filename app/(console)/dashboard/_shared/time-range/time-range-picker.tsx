"use client";
import { CalendarRange, Check, ChevronDown, Clock, Pause, Play, StepBack, StepForward, ZoomOut } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { useTimeFormat } from "@/app/_ui/time-format";
import { useKeySequence } from "@/app/_ui/use-page-keys";
import { isSameRange, lastRange, PRESETS, rangeName, spanOf, type TimeRange } from "@/lib/core/format/time-range";
import type { TimeRangeState } from "./use-time-range";

const CustomRange = lazyPart(() => import("./custom-range").then((part) => part.CustomRange));

/** "Last 24 hours", or the two ends of the range in the person's zone and clock. */
export function useRangeText(range: TimeRange): string {
  const { dateTime, clock, dayKey } = useTimeFormat();
  const name = rangeName(range);
  const span = name === undefined && spanOf(range, Date.now());
  if (!span) return name ?? "";
  const isOneDay = dayKey(span.from) === dayKey(span.to);
  return `${dateTime(span.from)} – ${isOneDay ? clock(span.to) : dateTime(span.to)}`;
}

type TimeRangePickerProps = {
  state: TimeRangeState;
  /** Names the choice of no range, on pages that then show all times. */
  anyTime?: string;
};

/**
 * The button with the page's range of time, the menu that changes it, and a button that keeps its end at now. Keys: t, then
 * z zooms out, the arrows move the range, a asks for its two ends.
 */
export function TimeRangePicker({ state, anyTime }: TimeRangePickerProps) {
  const { range, isLive, setRange, zoomOut, shift, setLive } = state;
  const [isAsking, setAsking] = useState(false);
  const rangeText = useRangeText(range);
  const isAny = anyTime !== undefined && !state.isChosen;
  const text = isAny ? anyTime : rangeText;
  useKeySequence("t", {
    z: zoomOut,
    a: () => setAsking(true),
    arrowleft: () => shift(-1),
    arrowright: () => shift(1),
  });
  return (
    <div className="flex min-w-0 items-center gap-1">
      <Menu
        className="max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto"
        trigger={
          <Button className="min-w-0" aria-label={`Time range: ${text}`} suppressHydrationWarning>
            <Clock aria-hidden />
            <span className="truncate" suppressHydrationWarning>
              {text}
            </span>
            <ChevronDown aria-hidden className="text-faint" />
          </Button>
        }
      >
        {anyTime !== undefined ? <RangeChoice isChosen={isAny} onSelect={() => state.clear()} name={anyTime} /> : null}
        {PRESETS.map((span) => {
          const preset = lastRange(span);
          return (
            <RangeChoice
              key={span}
              isChosen={!isAny && isSameRange(preset, range)}
              onSelect={() => setRange(preset)}
              name={rangeName(preset)}
            />
          );
        })}
        <MenuSeparator />
        <MenuItem
          icon={<CalendarRange aria-hidden />}
          shortcut={<RangeKey second="a" />}
          onSelect={() => setAsking(true)}
        >
          Custom range…
        </MenuItem>
        <MenuItem icon={<ZoomOut aria-hidden />} shortcut={<RangeKey second="z" />} onSelect={zoomOut}>
          Zoom out
        </MenuItem>
        <MenuItem icon={<StepBack aria-hidden />} shortcut={<RangeKey second="←" />} onSelect={() => shift(-1)}>
          Earlier
        </MenuItem>
        <MenuItem
          icon={<StepForward aria-hidden />}
          shortcut={<RangeKey second="→" />}
          disabled={isLive}
          onSelect={() => shift(1)}
        >
          Later
        </MenuItem>
      </Menu>
      {anyTime !== undefined ? null : (
        <Button
          variant="ghost"
          aria-pressed={isLive}
          title={isLive ? "Stop at this moment" : "Show the time up to now"}
          onClick={() => setLive(!isLive)}
        >
          {isLive ? <Pause aria-hidden /> : <Play aria-hidden />} Live
        </Button>
      )}
      {isAsking ? <CustomRange range={range} onChoose={setRange} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

/** The two keys of an entry. */
function RangeKey({ second }: { second: string }) {
  return (
    <span className="ml-4 flex gap-1 max-sm:hidden" aria-hidden>
      <Kbd>t</Kbd>
      <Kbd>{second}</Kbd>
    </span>
  );
}

type RangeChoiceProps = { isChosen: boolean; onSelect: () => void; name: string | undefined };

function RangeChoice({ isChosen, onSelect, name }: RangeChoiceProps) {
  return (
    <MenuItem icon={isChosen ? <Check aria-label="chosen" /> : <span className="size-4" />} onSelect={onSelect}>
      {name}
    </MenuItem>
  );
}
