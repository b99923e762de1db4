"use client";
import { useEffect, useState } from "react";
import { useTimeFormat } from "./time-format";

const UNITS: [Intl.RelativeTimeFormatUnit, number, string][] = [
  ["year", 31_536_000, "y"],
  ["month", 2_592_000, "mo"],
  ["day", 86_400, "d"],
  ["hour", 3600, "h"],
  ["minute", 60, "min"],
];

/** "just now", "12 s ago", "3 min ago", "in 2 d": `from` relative to `now`, both in epoch milliseconds. */
export function relativeTime(from: number, now: number): string {
  const seconds = Math.round((now - from) / 1000);
  if (Math.abs(seconds) < 3) return "just now";
  const count = durationText(Math.abs(seconds));
  return seconds > 0 ? `${count} ago` : `in ${count}`;
}

/** "4 s", "14 min", "3 d": a whole number of seconds in its largest unit. */
export function durationText(seconds: number): string {
  const [, span, unit] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1, "s"];
  return `${Math.floor(seconds / span)} ${unit}`;
}

// One timer for every TimeAgo on the page: a list of a thousand rows wakes once, not a thousand times.
const TICK_MS = 5000;
const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;
function onTick(listener: (now: number) => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    const now = Date.now();
    for (const each of listeners) each(now);
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Times further away than this are written as a date, which says more than "3 mo ago". */
const RELATIVE_MS = 7 * 86_400_000;

type TimeAgoProps = { at: string | null | undefined; never?: string; className?: string };

/** The current time, updated with every tick; `mounted` is false on the server and during hydration. */
function useNow(): { now: number; mounted: boolean } {
  const [now, setNow] = useState(() => Date.now());
  const [mounted, setMounted] = useState(false);
  useEffect(() => {
    setMounted(true);
    setNow(Date.now());
    return onTick(setNow);
  }, []);
  return { now, mounted };
}

/**
 * A time as "3 min ago", with the full time on hover; beyond seven days as "28 Nov 2026, 14:02". The server's text may
 * be seconds older than the browser's, so this one element suppresses hydration warnings.
 */
export function TimeAgo({ at, never = "never", className }: TimeAgoProps) {
  const { now, mounted } = useNow();
  const { dateTime, full } = useTimeFormat();
  if (!at) return <span className={className}>{never}</span>;
  // An event since the last tick would otherwise read as being in the future.
  const then = Date.parse(at);
  const clock = Math.max(now, mounted ? 0 : Date.now());
  return (
    <time dateTime={at} title={full(at)} className={className} suppressHydrationWarning>
      {Math.abs(clock - then) > RELATIVE_MS
        ? dateTime(then)
        : relativeTime(then, then > clock && then - clock < TICK_MS + 1000 ? then : clock)}
    </time>
  );
}

/** How long something has lasted since `at`, as in "online for 4 min"; absolute on hover. */
export function TimeFor({ at }: { at: string }) {
  const { now, mounted } = useNow();
  const { full } = useTimeFormat();
  const seconds = Math.max(0, Math.round((Math.max(now, mounted ? 0 : Date.now()) - Date.parse(at)) / 1000));
  return (
    <time dateTime={at} title={`Since ${full(at)}`} suppressHydrationWarning>
      {durationText(seconds)}
    </time>
  );
}
