"use client";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Buffer } from "./buffer";
import type { LogListHandle } from "./log-list";
import { useLogBuffer } from "./use-log-buffer";
import type { LogFilterState } from "./use-log-filter";

function lineOfHash(): number {
  if (typeof window === "undefined") return 0;
  return Number(/^#L(\d{1,15})$/.exec(window.location.hash)?.[1] ?? 0);
}

/** Says in the address which line is open; 0 for none. */
function nameLine(id: number): void {
  const address = id ? `#L${id}` : window.location.pathname + window.location.search;
  window.history.replaceState(window.history.state, "", address);
}

/** Where the reader is. `start` is the line to start at, from the address or from "show context"; 0 for the end. */
function usePlace() {
  const [paused, setPaused] = useState(false);
  const [start, setStart] = useState(lineOfHash);
  const [following, setFollowing] = useState(start === 0);
  const [open, setOpen] = useState(start);
  const [seen, setSeen] = useState(0);
  // The newest loaded line.
  const newest = useRef(0);
  /** Opens a line, or closes it (0), and says so in the address. */
  const show = useCallback((id: number) => {
    setOpen(id);
    if (id > 0) {
      // Pause while a line is read, so that it does not scroll away.
      setSeen(newest.current);
      setFollowing(false);
    }
    nameLine(id);
  }, []);
  return {
    ...{ paused, setPaused, start, setStart, following, setFollowing, open, setOpen, seen, setSeen },
    ...{ newest, show },
  };
}

/** Counts the new lines below the visible area. */
function useUnseen(following: boolean, lines: readonly Log[], seen: number, heldCount: number): number {
  return useMemo(() => {
    if (following) return 0;
    let count = heldCount;
    for (let at = lines.length - 1; at >= 0 && (lines[at]?.id ?? 0) > seen; at--) count++;
    return count;
  }, [following, lines, seen, heldCount]);
}

/** Scrolls once after loading: to the end, or to the line that the address names (then calls `onLine`). */
function useFirstSight(
  list: RefObject<LogListHandle | null>,
  { state, lines }: Pick<Buffer, "state" | "lines">,
  following: boolean,
  onLine: () => void,
): void {
  const placed = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onLine` changes with every render
  useEffect(() => {
    if (state === "loading") placed.current = false;
    if (state !== "ready" || lines.length === 0 || placed.current) return;
    placed.current = true;
    const target = lineOfHash();
    if (target && !following && lines.some((log) => log.id === target)) {
      onLine();
      // The list has its final height only after this frame.
      requestAnimationFrame(() => list.current?.toLine(target));
    } else list.current?.toEnd();
  }, [state, lines, following]);
}

/**
 * Calls `onLeave` when the address changes to another query or range without a line, as saved views and other links to this
 * page have it. The line that was open, and the lines around it, are left then.
 */
function useDeparture({ text, time: { isChosen, range } }: LogFilterState, onLeave: () => void): void {
  const address = `${text} ${isChosen ? `${range.from} ${range.to}` : ""}`;
  const entered = useRef(address);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onLeave` changes with every render
  useEffect(() => {
    if (entered.current === address) return;
    entered.current = address;
    if (lineOfHash() === 0) onLeave();
  }, [address]);
}

/** The reader's position (following, paused, scrolled up, or at one line) and the lines loaded for it. */
export function useLogView(filter: LogFilterState) {
  const { paused, setPaused, start, setStart, following, setFollowing, open, setOpen, seen, setSeen, newest, show } =
    usePlace();
  const list = useRef<LogListHandle>(null);
  const { buffer, loadOlder, resume, reload } = useLogBuffer({
    // A line that an address names is shown although it is outside of the range.
    filters: start > 0 ? filter.unranged : filter.filters,
    test: filter.test,
    startAt: start,
    paused,
    following,
  });
  const { lines } = buffer;
  const last = lines.at(-1)?.id ?? 0;
  newest.current = last;

  const unseen = useUnseen(following, lines, seen, buffer.heldCount);
  useFirstSight(list, buffer, following, () => setSeen(last));

  const restart = () => {
    setStart(0);
    if (!paused) setFollowing(true);
  };
  useDeparture(filter, () => {
    setOpen(0);
    if (start > 0 || open > 0) restart();
  });

  const toLive = () => {
    setPaused(false);
    setFollowing(true);
    if (!resume()) {
      setStart(0);
      reload();
    }
    requestAnimationFrame(() => list.current?.toEnd());
  };
  return {
    ...{ list, buffer, loadOlder, reload, paused, following, open, unseen, show, toLive },
    follow: (next: boolean) => {
      if (paused && next) return;
      if (!next) setSeen(last);
      // While older lines are shown, the last loaded line is not the newest one.
      if (next && !buffer.attached) return;
      setFollowing(next);
    },
    filterBy: (text: string) => {
      filter.setText(text);
      restart();
    },
    /** Shows all lines of all times. */
    clear: () => {
      filter.time.clear();
      filter.setText(null);
      restart();
    },
    pause: (next: boolean) => {
      if (!next) return toLive();
      setSeen(last);
      setPaused(true);
      setFollowing(false);
    },
    /** Shows the open line with the lines around it, without a filter. */
    showNeighbours: () => {
      setFollowing(false);
      setStart(open);
      filter.setText(null);
    },
  };
}

export type LogViewState = ReturnType<typeof useLogView>;
