"use client";
import { Clock, Download, Layers, Pause, Play, WrapText } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Menu, MenuItem } from "@/app/_ui/menu";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { EXPORT_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { exportLogsHref, type LogFilters } from "@/lib/fleet/telemetry/queries";
import type { Problem } from "@/lib/fleet/telemetry/queries.search";
import { TimeRangePicker } from "../_shared/time-range/time-range-picker";
import { AlertButton } from "./alert-button";
import { ColumnsMenu } from "./columns-menu";
import { levelsOf } from "./filter";
import { LevelChips } from "./level-chips";
import type { LevelCounts } from "./level-counts";
import { QueryField } from "./query-field";
import type { ColumnsState } from "./use-columns";
import type { LogFilterState } from "./use-log-filter";

const NOTE_ID = "log-filter-note";
const NO_PROBLEMS: Problem[] = [];

type ToolbarProps = {
  filter: LogFilterState;
  userId: number;
  onText: (text: string) => void;
  levels: LevelCounts;
  /** Whether the counts are of all lines that match, and not of a range of time. */
  hasAll: boolean;
  /** The page has its own bot: `bot:` is not offered. */
  fixedBot: boolean;
  times: boolean;
  wrap: boolean;
  columns: ColumnsState;
  onTimes: (on: boolean) => void;
  onWrap: (on: boolean) => void;
  paused: boolean;
  heldCount: number;
  onPause: (paused: boolean) => void;
  field: RefObject<HTMLInputElement | null>;
  /** The loaded lines, from which the field suggests. */
  lines: readonly Log[];
  /** Whether patterns are shown in place of lines. */
  isPatterns: boolean;
  onPatterns: (on: boolean) => void;
};

/** Filter text with its problems, level chips, view switches, pause and downloads. */
export function LogToolbar(props: ToolbarProps) {
  const { filter, onText, levels, fixedBot, times, wrap } = props;
  const { text, filters, isSearching } = filter;
  const problems = isSearching ? [] : filter.problems;
  return (
    <div className="space-y-2 border-line border-b p-2">
      <div className="flex flex-wrap items-center gap-2">
        <QueryField
          ref={props.field}
          text={text}
          onText={onText}
          problems={filter.isSettled ? problems : NO_PROBLEMS}
          noteId={NOTE_ID}
          lines={props.lines}
          isOneBot={fixedBot}
        />
        <Switch on={props.isPatterns} onChange={props.onPatterns} title="Group lines by the pattern of their text">
          <Layers aria-hidden /> <span className="max-sm:sr-only">Patterns</span>
        </Switch>
        <Switch on={times} onChange={props.onTimes} title="Show timestamps">
          <Clock aria-hidden /> <span className="max-2xl:sr-only">Timestamps</span>
        </Switch>
        <Switch on={wrap} onChange={props.onWrap} title="Wrap long lines">
          <WrapText aria-hidden /> <span className="max-2xl:sr-only">Wrap lines</span>
        </Switch>
        {props.isPatterns ? null : <ColumnsMenu columns={props.columns} lines={props.lines} />}
        <PauseButton paused={props.paused} heldCount={props.heldCount} onPause={props.onPause} />
        <AlertButton filters={filters} userId={props.userId} />
        <DownloadMenu filters={filters} />
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        <LevelChips
          text={text}
          onText={onText}
          chosen={levelsOf(filter.terms)}
          levels={levels}
          range={rangeText(filter, props.hasAll)}
        />
        <p id={NOTE_ID} aria-live="polite" className="text-[13px] text-bad empty:hidden">
          {problems.map((problem) => problem.message).join(" · ")}
        </p>
        {filter.note && !isSearching && problems.length === 0 ? (
          <p role="status" className="min-w-0 truncate text-[13px] text-muted" title={filter.note}>
            {filter.note}
          </p>
        ) : null}
        <div className="ml-auto">
          <TimeRangePicker state={filter.time} anyTime="Any time" />
        </div>
      </div>
    </div>
  );
}

/** The time that the counts by level are of; empty for all times. */
function rangeText({ filters }: LogFilterState, hasAll: boolean): string {
  if (filters.after !== undefined || filters.before !== undefined) return "in the chosen time";
  return hasAll ? "" : "in the last 24 hours";
}

type SwitchProps = { on: boolean; onChange: (on: boolean) => void; title: string; children: ReactNode };

function Switch({ on, onChange, title, children }: SwitchProps) {
  return (
    <Button
      size="sm"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      title={title}
      className={cn("h-9", on && "bg-raised")}
    >
      {children}
    </Button>
  );
}

function PauseButton({ paused, heldCount, onPause }: Pick<ToolbarProps, "paused" | "heldCount" | "onPause">) {
  return (
    <Button size="sm" aria-pressed={paused} onClick={() => onPause(!paused)} className="h-9">
      {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
      <span className="tnum">
        {paused ? `Resume${heldCount > 0 ? ` (${heldCount.toLocaleString("en")})` : ""}` : "Pause"}
      </span>
    </Button>
  );
}

function DownloadMenu({ filters }: { filters: LogFilters }) {
  return (
    <Menu
      trigger={
        <Button size="sm" className="h-9" aria-label="Download matching lines">
          <Download aria-hidden /> <span className="max-sm:sr-only">Download</span>
        </Button>
      }
    >
      {(["ndjson", "csv", "json"] as const).map((format) => (
        <MenuItem key={format} onSelect={() => window.location.assign(exportLogsHref(filters, format, EXPORT_MAX))}>
          Download matching lines as .{format}
        </MenuItem>
      ))}
    </Menu>
  );
}
