"use client";
import { CircleAlert, CircleX, Dot, Info } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { cn } from "@/app/_ui/cn";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { TimeFormat } from "@/lib/core/format/times";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { styledText } from "./ansi";
import { columnText } from "./fields";

/** The height of a line that does not wrap. The list reserves it before a line is measured, and its rows are laid out by it. */
export const LINE_PX = 24;
export const LINE_STYLE = { "--log-line": `${LINE_PX}px` } as CSSProperties;

const LOUD = /^(error|fatal|critical)$/i;
const WARN = /^warn(ing)?$/i;

/** The colour and sign of a level; colour never stands alone. */
export function LevelMark({ level }: { level: string }) {
  if (LOUD.test(level)) return <CircleX className="size-3.5 shrink-0 text-bad" aria-hidden />;
  if (WARN.test(level)) return <CircleAlert className="size-3.5 shrink-0 text-warn" aria-hidden />;
  if (level === "info") return <Info className="size-3.5 shrink-0 text-info" aria-hidden />;
  return <Dot className="size-3.5 shrink-0 text-faint" aria-hidden />;
}

/** Returns the time of day, with the date if it is not today. Milliseconds are separate, because phones hide them. */
function lineTime(iso: string, today: string, { dayKey, seconds }: TimeFormat): { clock: string; ms: string } {
  const day = dayKey(iso);
  const clock = seconds(iso);
  return {
    clock: day === today ? clock : `${day.slice(5)} ${clock}`,
    ms: `.${String(new Date(iso).getMilliseconds()).padStart(3, "0")}`,
  };
}

/** The width of a column. */
export const COLUMN = "w-28 shrink-0 max-sm:hidden";

/** The columns on a phone: the values that the line has, below its text. */
function NarrowColumns({ log, columns }: Pick<LogRowProps, "log" | "columns">) {
  const texts = columns.flatMap((name) => {
    const text = columnText(log.metadata, name);
    return text ? [`${name}=${text}`] : [];
  });
  if (texts.length === 0) return null;
  return <span className="w-full truncate pb-1 text-muted text-xs leading-4 sm:hidden">{texts.join("  ")}</span>;
}

type LogRowProps = {
  log: Log;
  botName?: string;
  showBot: boolean;
  times: boolean;
  wrap: boolean;
  /** Fields of the metadata that are shown beside the text; below it on a phone. */
  columns: readonly string[];
  today: string;
  active: boolean;
  onOpen: (id: number) => void;
};

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { log, botName, showBot, times, wrap, columns, today, active, onOpen } = props;
  const format = useTimeFormat();
  const time = lineTime(log.timestamp, today, format);
  return (
    <button
      type="button"
      data-line={log.id}
      onClick={() => onOpen(log.id)}
      className={cn(
        "-outline-offset-2 flex w-full items-start gap-x-2 px-3 text-left max-sm:flex-wrap font-mono text-[13px] leading-(--log-line) hover:bg-raised",
        LOUD.test(log.type) && "text-bad",
        active ? "bg-accent-soft" : LOUD.test(log.type) && "bg-bad-soft/50",
      )}
    >
      {times ? (
        <time
          dateTime={log.timestamp}
          title={log.received_at === log.timestamp ? undefined : `Received ${format.full(log.received_at)}`}
          className="tnum shrink-0 text-faint max-sm:text-xs max-sm:leading-(--log-line)"
        >
          {time.clock}
          <span className="max-sm:hidden">{time.ms}</span>
        </time>
      ) : null}
      <span className="flex h-(--log-line) shrink-0 items-center gap-1 sm:w-20">
        <LevelMark level={log.type} />
        <span className="sr-only truncate sm:not-sr-only">{log.type}</span>
      </span>
      {showBot ? (
        <span className="w-28 shrink-0 truncate text-muted max-sm:w-16" title={log.bot_id}>
          <bdi>{botName ?? log.bot_id}</bdi>
        </span>
      ) : null}
      <span className={cn("min-w-0 flex-1", wrap ? "whitespace-pre-wrap break-words" : "truncate")}>
        {styledText(log.message).map(({ text, className }, place) =>
          className ? (
            <span key={place} className={className}>
              {text}
            </span>
          ) : (
            text
          ),
        )}
      </span>
      {columns.map((name) => {
        const text = columnText(log.metadata, name);
        return (
          <span key={name} className={cn(COLUMN, "truncate text-muted")} title={text}>
            {text}
          </span>
        );
      })}
      <NarrowColumns log={log} columns={columns} />
    </button>
  );
});
