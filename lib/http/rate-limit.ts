/**
 * Budgets per credential or address: fixed one-minute windows kept in memory, a Map look-up per request. Each process
 * counts for itself: behind N processes a caller may reach N times a budget. Sign-in lock-out, which must be exact,
 * lives in the database (lib/accounts).
 */
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { singleton } from "@/lib/singleton";

/** Requests a minute. Bots' budgets are counted per bot, so the dashboard can never starve ingest. */
export const BUDGETS = {
  /** Sign-in, registration, reset: per address. */
  auth: 30,
  /** Anonymous bot registration: per address. */
  register: 20,
  /** Everything a signed-in person or key does. */
  rest: 1_200,
  /** What people write in tickets: per person, whatever the credential. */
  talk: 120,
  /** What bots send and poll. */
  bot: 12_000,
  /** Health and other public reads: per address. */
  public: 600,
  export: 60,
  /** Document 002: REST, GraphQL and messages on /ws, of a caller that is no console (CONTRACT: MLTB specifics). */
  mltb: 60,
  graphql: 100,
  ws: 1_000,
} as const;
export type Budget = keyof typeof BUDGETS;

type Window = { count: number; until: number };
const WINDOW_MS = 60_000;
const MAX_KEYS = 200_000;

const windows = singleton("rateLimit", () => new Map<string, Window>());

/** Where a caller stands in its window; `reset` is its end in epoch seconds. */
export type Standing = { limit: number; remaining: number; reset: number };

/** Document 002 "Rate Limit Headers". */
export const limitHeaders = ({ limit, remaining, reset }: Standing): Record<string, string> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(reset),
});

/** Counts one request. @throws RATE_LIMITED with the seconds until the window ends */
export function take(budget: Budget, key: string, at = Date.now()): void {
  const { used, limit, until } = count(budget, key, at);
  if (used > limit) throw exceeded(until, at);
}

/** Counts one request of a caller that is told where it stands. The second value is the refusal, if it was one too many. */
export function takeTold(budget: Budget, key: string, at = Date.now()): [Standing, AppError | undefined] {
  const { used, limit, until } = count(budget, key, at);
  const standing = { limit, remaining: Math.max(0, limit - used), reset: Math.ceil(until / 1000) };
  return [standing, used > limit ? exceeded(until, at) : undefined];
}

const exceeded = (until: number, at: number) =>
  new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.max(1, Math.ceil((until - at) / 1000)));

function count(budget: Budget, key: string, at: number) {
  const name = `${budget}:${key}`;
  let window = windows.get(name);
  if (!window || window.until <= at) {
    if (windows.size >= MAX_KEYS) sweep(at);
    // Set anew, so that the map stays in the order windows began.
    windows.delete(name);
    window = { count: 0, until: at + WINDOW_MS };
    windows.set(name, window);
  }
  return { used: ++window.count, limit: Math.floor(BUDGETS[budget] * env.RATE_LIMIT_FACTOR), until: window.until };
}

function sweep(at: number) {
  for (const [name, window] of windows) if (window.until <= at) windows.delete(name);
  // Still full: a flood of distinct keys. Forgetting the oldest tenth keeps memory bounded, and a sweep rare.
  for (const name of windows.keys()) {
    if (windows.size <= MAX_KEYS * 0.9) break;
    windows.delete(name);
  }
}
