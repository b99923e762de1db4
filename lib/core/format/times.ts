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
    /** The zone that times are shown in, such as "Europe/Berlin". */
    zone: (): string => time_zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    /** "28 Nov 2026, 14:02" */
    dateTime: format({ ...DAY, ...CLOCK }),
    /** "28 Nov 2026, 14:02:11 CET": everything there is to know, for hover texts and details. */
    full: format({ ...DAY, ...SECONDS, timeZoneName: "short" }),
    /** "28 Nov 2026" */
    date: format(DAY),
    /** "14:02" */
    clock: format(CLOCK),
    /** "14:02:11" */
    seconds: format(SECONDS),
    /** "28 Nov" */
    day: format({ day: "numeric", month: "short" }),
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

const TYPED = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap])m)?)?$/i;

/**
 * Reads a typed "2026-11-28 14:02", "2026-11-28 2:02 pm" or "2026-11-28" as a time in `zone`, in epoch milliseconds. NaN
 * for anything else, and for days and hours that do not exist.
 */
export function parseTyped(text: string, zone: string): number {
  const [, year, month, day, hour = "0", minute = "0", second = "0", half] = TYPED.exec(text.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  const isTwelve = half !== undefined;
  if (Number(minute) > 59 || Number(second) > 59 || Number(hour) > (isTwelve ? 12 : 23)) return Number.NaN;
  const hours = isTwelve ? (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hour);
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
  // JavaScript would turn 31 February into another day.
  if (new Date(wall).getUTCMonth() !== Number(month) - 1 || new Date(wall).getUTCDate() !== Number(day))
    return Number.NaN;
  const guess = wall - zoneOffset(wall, zone);
  // Near a change of summer time, the offset at the guess is the right one.
  return wall - zoneOffset(guess, zone);
}

/** How far the clocks of `zone` are ahead of UTC at a time, in milliseconds. */
function zoneOffset(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  });
  const of = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(of.year ?? 0, (of.month ?? 1) - 1, of.day, of.hour, of.minute, of.second);
  return wall - Math.floor(at / 1000) * 1000;
}

const browserClock = (): "12h" | "24h" =>
  typeof window !== "undefined" && new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12
    ? "12h"
    : "24h";
