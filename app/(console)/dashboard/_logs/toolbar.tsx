"use client";
import { Clock, Download, Pause, Play, Search, WrapText } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Input } from "@/app/_ui/input";
import { Menu, MenuItem } from "@/app/_ui/menu";
import { EXPORT_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { exportLogsHref, type LogFilters } from "@/lib/fleet/telemetry/queries";
import { withToken } from "./filter";
import { LevelMark } from "./log-row";

const ALWAYS = ["error", "warning", "info", "debug"];

type ToolbarProps = {
  text: string;
  onText: (text: string) => void;
  problems: readonly string[];
  /** Explains a filter token that matches more than one bot. */
  note?: string;
  filters: LogFilters;
  /** Loaded lines by level; they are totals only when `isComplete` is set. */
  counts: ReadonlyMap<string, number>;
  isComplete: boolean;
  /** The page has its own bot: `bot:` is not offered. */
  fixedBot: boolean;
  times: boolean;
  wrap: boolean;
  onTimes: (on: boolean) => void;
  onWrap: (on: boolean) => void;
  paused: boolean;
  heldCount: number;
  onPause: (paused: boolean) => void;
};

/** Filter text with its problems, level chips, view switches, pause and downloads. */
export function LogToolbar(props: ToolbarProps) {
  const { text, onText, problems, note, filters, counts, isComplete, fixedBot, times, wrap, paused, heldCount } = props;
  const chosen = new Set(filters.level?.split(",") ?? []);
  const levels = [...new Set([...ALWAYS, ...counts.keys(), ...chosen])].slice(0, 8);
  const toggle = (level: string) => {
    const next = new Set(chosen);
    if (!next.delete(level)) next.add(level);
    onText(withToken(text, "level", [...next].join(",")));
  };
  return (
    <div className="space-y-2 border-line border-b p-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="relative min-w-48 flex-1">
          <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            aria-label="Filter logs"
            aria-invalid={problems.length > 0}
            aria-describedby="log-filter-note"
            placeholder={fixedBot ? "text  level:error  after:1h" : "text  level:error  bot:name  after:1h"}
            className="pl-8 font-mono text-[13px]"
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        </span>
        <Button
          size="sm"
          aria-pressed={times}
          onClick={() => props.onTimes(!times)}
          title="Show timestamps"
          className={cn("h-9", times && "bg-raised")}
        >
          <Clock aria-hidden /> <span className="max-sm:sr-only">Times</span>
        </Button>
        <Button
          size="sm"
          aria-pressed={wrap}
          onClick={() => props.onWrap(!wrap)}
          title="Wrap long lines"
          className={cn("h-9", wrap && "bg-raised")}
        >
          <WrapText aria-hidden /> <span className="max-sm:sr-only">Wrap</span>
        </Button>
        <Button size="sm" aria-pressed={paused} onClick={() => props.onPause(!paused)} className="h-9">
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          <span className="tnum">
            {paused ? `Resume${heldCount > 0 ? ` (${heldCount.toLocaleString("en")})` : ""}` : "Pause"}
          </span>
        </Button>
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
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        {levels.map((level) => (
          <button
            key={level}
            type="button"
            aria-pressed={chosen.has(level)}
            onClick={() => toggle(level)}
            className={cn(
              "flex h-6 items-center gap-1 rounded-full border px-2 text-xs",
              chosen.has(level) ? "border-accent bg-accent-soft text-text" : "border-line text-muted hover:bg-raised",
            )}
          >
            <LevelMark level={level} />
            {level}
            <LevelCount count={counts.get(level) ?? 0} isComplete={isComplete} />
          </button>
        ))}
        <p id="log-filter-note" aria-live="polite" className="text-[13px] text-bad empty:hidden">
          {problems.join(" · ")}
        </p>
        {note && problems.length === 0 ? (
          <p role="status" className="min-w-0 truncate text-[13px] text-muted" title={note}>
            {note}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** The number of loaded lines of a level. It is marked as incomplete until every older line has been read. */
function LevelCount({ count, isComplete }: { count: number; isComplete: boolean }) {
  const text = count.toLocaleString("en");
  if (isComplete) return <span className="tnum text-faint">{text}</span>;
  return (
    <span className="tnum text-faint" title={`${text} in the loaded lines; older lines are not counted`}>
      {count === 0 ? "–" : `${text}+`}
      <span className="sr-only"> in the loaded lines</span>
    </span>
  );
}
