"use client";
import { ArrowDown } from "lucide-react";
import { type RefObject, useImperativeHandle, useMemo } from "react";
import { cn } from "@/app/_ui/cn";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Marker } from "./buffer";
import { type Item, itemsOf } from "./log-items";
import { COLUMN, LINE_STYLE, LogRow } from "./log-row";
import { useLogTail } from "./use-log-tail";

export type LogListHandle = {
  toEnd: () => void;
  toLine: (id: number) => void;
  /** Moves the focus to the next line (1) or the previous one (-1), at first to the last line. */
  step: (by: 1 | -1) => void;
};

type LogListProps = {
  ref: RefObject<LogListHandle | null>;
  lines: Log[];
  markers: Marker[];
  names: ReadonlyMap<string, string>;
  showBot: boolean;
  times: boolean;
  wrap: boolean;
  columns: readonly string[];
  active: number;
  following: boolean;
  onFollowing: (following: boolean) => void;
  onTop: () => void;
  onOpen: (id: number) => void;
  /** The number of unseen lines below the view; 0 hides the pill. */
  unseen: number;
  onResume: () => void;
};

/**
 * The virtual tail. A reader at the end follows new lines. A reader who scrolled up is never moved: lines added above or
 * below leave the visible lines where they are (the virtualizer anchors by key).
 */
export function LogList(props: LogListProps) {
  const { ref, lines, markers, names, showBot, times, wrap, columns, active, following, onFollowing, onTop, onOpen } =
    props;
  const today = useTimeFormat().dayKey(Date.now());
  const items = useMemo(() => itemsOf(lines, markers), [lines, markers]);
  const { area, virtual, touch, areaProps } = useLogTail({
    items,
    layout: `${wrap} ${columns}`,
    following,
    onFollowing,
    onTop,
  });
  useImperativeHandle(ref, () => ({
    toEnd: () => virtual.scrollToEnd(),
    toLine: (id) => {
      const at = items.findIndex((item) => item.key === `L${id}`);
      if (at >= 0) virtual.scrollToIndex(at, { align: "center" });
    },
    step: (by) => {
      const to = nextLine(items, by);
      if (to === undefined) return;
      touch();
      virtual.scrollToIndex(to, { align: "auto" });
      // The row may be drawn only after this frame.
      requestAnimationFrame(() => focusLine(area.current, items[to]!.key));
    },
  }));
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {columns.length > 0 ? <ColumnNames columns={columns} /> : null}
      {/* Screen readers hear a summary every few seconds (the viewer's status line), not every line. */}
      <div
        ref={area}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className={cn(
          "-outline-offset-2 min-h-0 flex-1 overflow-y-auto overflow-x-hidden [overflow-anchor:none]",
          columns.length > 0 && "sm:[scrollbar-gutter:stable]",
        )}
        {...areaProps}
        onKeyDown={(event) => {
          touch();
          if (event.key !== "End") return;
          event.preventDefault();
          props.onResume();
        }}
      >
        <div className="relative w-full" style={{ ...LINE_STYLE, height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((row) => {
            const item = items[row.index];
            if (!item) return null;
            return (
              <div
                key={row.key}
                ref={virtual.measureElement}
                data-index={row.index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {"log" in item ? (
                  <LogRow
                    {...{ log: item.log, showBot, times, wrap, columns, today, onOpen }}
                    botName={names.get(item.log.bot_id)}
                    active={item.log.id === active}
                  />
                ) : (
                  <MarkerRow text={item.text} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {following ? null : <ResumePill unseen={props.unseen} onResume={props.onResume} />}
    </div>
  );
}

/** The names of the columns, above them. The gutter keeps the place that the scroll bar of the lines takes. */
function ColumnNames({ columns }: { columns: readonly string[] }) {
  return (
    <div className="flex justify-end gap-2 overflow-y-hidden border-line border-b px-3 font-mono text-faint text-xs leading-6 [scrollbar-gutter:stable] max-sm:hidden">
      {columns.map((name) => (
        <span key={name} className={cn(COLUMN, "truncate")} title={name}>
          {name}
        </span>
      ))}
    </div>
  );
}

const lineOf = (element: Element | null) => (element instanceof HTMLElement ? element.dataset.line : undefined);

/** Returns the place of the line after the focused one (1), or before it (-1); of the last line when none has the focus. */
function nextLine(items: readonly Item[], by: 1 | -1): number | undefined {
  const focused = items.findIndex((item) => item.key === `L${lineOf(document.activeElement)}`);
  const step = focused < 0 ? -1 : by;
  for (let to = focused < 0 ? items.length - 1 : focused + by; items[to]; to += step)
    if ("log" in items[to]!) return to;
  return undefined;
}

const focusLine = (area: HTMLElement | null, key: string) =>
  area?.querySelector<HTMLElement>(`[data-line="${key.slice(1)}"]`)?.focus({ preventScroll: true });

/** A note between lines, such as a lost connection. */
function MarkerRow({ text }: { text: string }) {
  return (
    <p className="flex items-center gap-3 px-3 text-info text-xs leading-(--log-line)">
      <span className="h-px flex-1 bg-info/40" />
      {text}
      <span className="h-px flex-1 bg-info/40" />
    </p>
  );
}

function ResumePill({ unseen, onResume }: Pick<LogListProps, "unseen" | "onResume">) {
  return (
    <button
      type="button"
      onClick={onResume}
      className="absolute bottom-3 left-3 flex h-8 items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-[13px] text-accent-fg shadow-pop"
    >
      <ArrowDown className="size-4" aria-hidden />
      {unseen > 0
        ? `${unseen.toLocaleString("en")} new ${unseen === 1 ? "line" : "lines"} – resume`
        : "Jump to the end"}
    </button>
  );
}
