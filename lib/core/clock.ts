import { parseInstant } from "./contract.time";

/** Time as the domains see it, so that tests can freeze it. */
export type Clock = () => number;

/** The wall clock and the monotonic clock, which nobody can set. */
type Sources = { wall: Clock; monotonic: Clock };

/** A difference up to this is the ordinary adjustment of a clock; a larger one is a step. */
export const STEP_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Builds a clock that shows the wall clock, or the database's after `anchor`. Leases must last as long as they were given,
 * whatever happens to the clock: after a step, `moved` moves those that are stored, and until then `leaseNow` shows the old time.
 */
export function createClock({ wall, monotonic }: Sources) {
  /** Wall clock minus monotonic clock, as last seen. */
  let base = wall() - monotonic();
  let isAnchored = false;
  let moved: ((byMs: number) => Promise<void>) | undefined;
  /** The part of steps for which leases have not been moved yet. */
  let lag = 0;
  let isMoving = false;

  async function move(): Promise<void> {
    if (isMoving || !moved) return;
    isMoving = true;
    try {
      while (lag !== 0) {
        const by = lag;
        await moved(by);
        lag -= by;
      }
    } catch {
      // The database cannot be written now. Until it can, leases are judged by the time as it was before the step.
      setTimeout(() => void move(), RETRY_MS).unref();
    } finally {
      isMoving = false;
    }
  }

  function now(): number {
    if (isAnchored) return Math.round(monotonic() + base);
    const time = wall();
    const step = time - monotonic() - base;
    base += step;
    if (moved && Math.abs(step) > STEP_MS) {
      lag += step;
      void move();
    }
    return time;
  }

  return {
    now,
    leaseNow: (): number => now() - Math.round(lag),
    /** Shows another clock than this machine's, which several processes share. Call it again and again. */
    anchor(read: { at: number; askedAt: number; answeredAt: number }): void {
      isAnchored = true;
      base = read.at - (read.askedAt + read.answeredAt) / 2;
    },
    /** @param mover moves the stored leases by so many milliseconds */
    onStep(mover: (byMs: number) => Promise<void>): void {
      base = wall() - monotonic();
      moved = mover;
    },
  };
}

const clock = createClock({ wall: () => Date.now(), monotonic: () => performance.now() });

/** Milliseconds since the epoch. */
export const now: Clock = clock.now;
/** The time by which leases are given and end. It differs from `now` only for a moment after the clock was set. */
export const leaseNow: Clock = clock.leaseNow;
export const onClockStep = clock.onStep;

/** Takes the time from the database that several processes share: their own clocks may differ. */
export async function followClock(read: () => Promise<number>): Promise<void> {
  const askedAt = performance.now();
  clock.anchor({ at: await read(), askedAt, answeredAt: performance.now() });
}

/**
 * Returns time stamps that never fall by less than a step, so that small adjustments of the clock do not disturb an order.
 * After a step back they fall: holding them would stamp everything with a wrong time until the clock has caught up.
 */
export function createStamps(now: Clock): Clock {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const at = now();
    last = last - at > STEP_MS ? at : Math.max(at, last);
    return last;
  };
}

/** Number of seconds whose text is kept: times of one moment, and the ends of leases, fall into few of them. A power of two. */
const SECONDS = 64;
const keptSeconds: number[] = new Array(SECONDS).fill(Number.NaN);
/** The text of each kept second up to its milliseconds: "2026-01-01T14:02:11." */
const keptTexts: string[] = new Array(SECONDS).fill("");
/** "000Z" to "999Z", made when they are first needed. */
const milliseconds: string[] = new Array(1000).fill("");

/**
 * Epoch milliseconds as ISO-8601 UTC. Formatting a Date takes V8 half a microsecond, and a command has up to six times (P2 in
 * bench/), so the text of recent seconds is kept.
 *
 * @throws RangeError the time cannot be represented
 */
export function iso(ms: number): string {
  if (!Number.isInteger(ms)) return new Date(ms).toISOString();
  const second = Math.floor(ms / 1000);
  const slot = second & (SECONDS - 1);
  if (keptSeconds[slot] !== second) {
    keptTexts[slot] = new Date(ms).toISOString().slice(0, -4);
    keptSeconds[slot] = second;
  }
  const rest = ms - second * 1000;
  milliseconds[rest] ||= `${String(rest).padStart(3, "0")}Z`;
  return keptTexts[slot]! + milliseconds[rest];
}
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** Reads a validated time, or a span back from `at` (15m, 1h, 7d), as epoch milliseconds. */
export function instant(text: string | undefined, at: number): number | undefined {
  return text ? parseInstant(text, at) : undefined;
}
