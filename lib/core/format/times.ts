/** Times as people read them, in one person's zone and clock. Browser-safe. */

/** A person's choice; null stands for what the browser does. */
export type TimePreferences = { time_zone: string | null; clock: "12h" | "24h" | null };

export type TimeFormat = ReturnType<typeof createTimeFormat>;
/** ISO text, epoch milliseconds, or a Date. */
type Instant = string | number | Date;

const DAY = { day: "numeric", month: "short", year: "numeric" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;
const SECONDS = { ...CLOCK, second: "2-digit" } as const;

/** Formatters for one person. Each is made on first use, which costs far more than what it then formats. */
export function createTimeFormat({ time_zone, clock }: TimePreferences) {
  const formatter = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) => {
    let made: Intl.DateTimeFormat | undefined;
    return () => {
      if (made) return made;
      const isTwelve = (clock ?? browserClock()) === "12h";
      // A clock that counts from 00:00; `hour12: false` would show midnight as 24:00 in some languages.
      const hours = "hour" in options ? ({ hourCycle: isTwelve ? "h12" : "h23" } as const) : {};
      made = new Intl.DateTimeFormat("en-GB", { ...options, ...hours, timeZone: time_zone ?? undefined });
      return made;
    };
  };
  const format = (options: Intl.DateTimeFormatOptions) => {
    const of = formatter(options);
    return (at: Instant) => of().format(new Date(at));
  };
  const numbers = formatter({ year: "numeric", month: "2-digit", day: "2-digit" });
  return {
    /** "28 Nov 2026, 14:02" */
    dateTime: format({ ...DAY, ...CLOCK }),
    /** "28 Nov 2026, 14:02:11 CET": everything there is to know, for hover texts and details. */
    full: format({ ...DAY, ...SECONDS, timeZoneName: "short" }),
    /** "14:02" */
    clock: format(CLOCK),
    /** "14:02:11" */
    seconds: format(SECONDS),
    /** "Sat 28 Nov" */
    weekday: format({ weekday: "short", day: "numeric", month: "short" }),
    /** "Sat, 28 Nov 2026" */
    weekdayOfYear: format({ weekday: "short", ...DAY }),
    /** "2026-11-28": equal for times of one day, and sorts by day. */
    dayKey(at: Instant): string {
      const of = Object.fromEntries(
        numbers()
          .formatToParts(new Date(at))
          .map(({ type, value }) => [type, value]),
      );
      return `${of.year}-${of.month}-${of.day}`;
    },
  };
}

const browserClock = (): "12h" | "24h" =>
  typeof window !== "undefined" && new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12
    ? "12h"
    : "24h";
