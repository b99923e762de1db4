"use client";
import { createContext, type ReactNode, use, useMemo } from "react";
import { createTimeFormat, type TimeFormat, type TimePreferences } from "@/lib/core/format/times";
import { useHydrated } from "./use-hydrated";

// One object for all of a page's times: making a formatter costs far more than using it.
const Format = createContext<TimeFormat>(createTimeFormat({ time_zone: null, clock: null }));

/**
 * Provides the zone and clock that the person chose to all times of the page. The server does not know the browser's
 * zone, so until hydration a person without a chosen zone sees UTC.
 */
export function TimeFormatProvider({ time_zone, clock, children }: TimePreferences & { children: ReactNode }) {
  const isHydrated = useHydrated();
  const format = useMemo(
    () =>
      createTimeFormat({
        time_zone: time_zone ?? (isHydrated ? null : "UTC"),
        clock: clock ?? (isHydrated ? null : "24h"),
      }),
    [time_zone, clock, isHydrated],
  );
  return <Format value={format}>{children}</Format>;
}

/** Formatters in the person's zone and clock. Elements that show their text need `suppressHydrationWarning`. */
export const useTimeFormat = () => use(Format);

/** A time in full, such as "28 Nov 2026, 14:02:11 CET". */
export function FullTime({ at, className }: { at: string; className?: string }) {
  const { full } = useTimeFormat();
  return (
    <time dateTime={at} className={className} suppressHydrationWarning>
      {full(at)}
    </time>
  );
}
