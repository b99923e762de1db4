"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef } from "react";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Marker } from "./buffer";
import { LogRow } from "./log-row";

type Item = { key: string; log: Log } | { key: string; text: string };

/** How near the end (px) still counts as being there. */
const END_PX = 24;
const NEAR_TOP_PX = 400;
/** A wheel, touch or key explains the scrolling of this many milliseconds after it (momentum included). */
const TOUCH_MS = 1_500;

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
  /** Lines below the view that were not seen yet; 0 hides the pill. */
  unseen: number;
  onResume: () => void;
};

/**
 * The virtual tail. Whoever stands at the end stays there as lines come; whoever scrolled up is never moved: lines put
 * in above or below leave the line under the eye where it is (the virtualizer anchors by key).
 */
export function LogList(props: LogListProps) {
  const { ref, lines, markers, names, showBot, times, wrap, active, following, onFollowing, onTop, onOpen } = props;
  const area = useRef<HTMLDivElement>(null);
  const today = new Date().toDateString();
  const items = useMemo<Item[]>(() => {
    const notes = new Map<number, string[]>();
    for (const marker of markers) notes.set(marker.after, [...(notes.get(marker.after) ?? []), marker.text]);
    return lines.flatMap((log): Item[] => {
      const own: Item = { key: `L${log.id}`, log };
      const after = notes.get(log.id);
      return after ? [own, ...after.map((text, at) => ({ key: `m${log.id}.${at}`, text }))] : [own];
    });
  }, [lines, markers]);

  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => area.current,
    estimateSize: () => 24,
    getItemKey: (at) => items[at]?.key ?? at,
    overscan: 12,
    anchorTo: "end",
    followOnAppend: following,
    scrollEndThreshold: END_PX,
  });

  useImperativeHandle(ref, () => ({
    toEnd: () => virtual.scrollToEnd(),
    toLine: (id) => {
      const at = items.findIndex((item) => item.key === `L${id}`);
      if (at >= 0) virtual.scrollToIndex(at, { align: "center" });
    },
  }));

  // biome-ignore lint/correctness/useExhaustiveDependencies: wrapping changes every height, so measure anew
  useEffect(() => virtual.measure(), [wrap]);

  // Scroll events come from growth and from measuring too: only those near a reader's own act mean anything.
  const touched = useRef(0);
  const touch = () => {
    touched.current = Date.now();
  };
  const onScroll = () => {
    const box = area.current;
    if (!box || Date.now() - touched.current > TOUCH_MS) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    if (atEnd !== following) onFollowing(atEnd);
    if (box.scrollTop < NEAR_TOP_PX) onTop();
  };
  const newest = items.at(-1)?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to move
  useEffect(() => {
    if (following && items.length > 0) virtual.scrollToEnd();
  }, [following, newest, items.length]);

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
        onScroll={onScroll}
        onWheel={touch}
        onTouchMove={touch}
        onPointerDown={touch}
        onPointerMove={(event) => event.buttons > 0 && touch()}
        onKeyDown={(event) => {
          touch();
          if (event.key !== "End") return;
          event.preventDefault();
          props.onResume();
        }}
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
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
                  <p className="flex items-center gap-3 px-3 text-info text-xs leading-6">
                    <span className="h-px flex-1 bg-info/40" />
                    {item.text}
                    <span className="h-px flex-1 bg-info/40" />
                  </p>
                )}
              </div>
            );
          })}
        </div>
      </div>
      {!following ? (
        <button
          type="button"
          onClick={props.onResume}
          className="absolute bottom-3 left-3 flex h-8 items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-[13px] text-accent-fg shadow-pop"
        >
          <ArrowDown className="size-4" aria-hidden />
          {props.unseen > 0
            ? `${props.unseen.toLocaleString("en")} new ${props.unseen === 1 ? "line" : "lines"} – resume`
            : "Jump to the end"}
        </button>
      ) : null}
    </div>
  );
}
