"use client";
import { ArrowDown } from "lucide-react";
import { type RefObject, useImperativeHandle, useMemo } from "react";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Marker } from "./buffer";
import { itemsOf } from "./log-items";
import { LINE_STYLE, LogRow } from "./log-row";
import { useLogTail } from "./use-log-tail";

export type LogListHandle = { toEnd: () => void; toLine: (id: number) => void };

type LogListProps = {
  ref: RefObject<LogListHandle | null>;
  lines: Log[];
  markers: Marker[];
  names: ReadonlyMap<string, string>;
  showBot: boolean;
  times: boolean;
  wrap: boolean;
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
  const { ref, lines, markers, names, showBot, times, wrap, active, following, onFollowing, onTop, onOpen } = props;
  const today = useTimeFormat().dayKey(Date.now());
  const items = useMemo(() => itemsOf(lines, markers), [lines, markers]);
  const { area, virtual, touch, areaProps } = useLogTail({ items, wrap, following, onFollowing, onTop });
  useImperativeHandle(ref, () => ({
    toEnd: () => virtual.scrollToEnd(),
    toLine: (id) => {
      const at = items.findIndex((item) => item.key === `L${id}`);
      if (at >= 0) virtual.scrollToIndex(at, { align: "center" });
    },
  }));
  return (
    <div className="relative min-h-0 flex-1">
      {/* Screen readers hear a summary every few seconds (the viewer's status line), not every line. */}
      <div
        ref={area}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className="-outline-offset-2 h-full overflow-y-auto overflow-x-hidden [overflow-anchor:none]"
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
                    log={item.log}
                    botName={names.get(item.log.bot_id)}
                    showBot={showBot}
                    times={times}
                    wrap={wrap}
                    today={today}
                    active={item.log.id === active}
                    onOpen={onOpen}
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
