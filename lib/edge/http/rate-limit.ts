/**
 * Budgets per credential or address: fixed one-minute windows, kept in memory; a Map look-up per request. Sign-in lock-out,
 * which must be exact, lives in the database (lib/identity/accounts).
 *
 * Processes. With REDIS_URL all count together. The tight budgets (TIGHT) of HTTP requests are counted in Redis before the
 * request goes on, and are exact. The wide ones are counted here, and Redis is told of a caller only once an eighth of its
 * budget went by here: a bot's poll costs no round trip, and a caller may overdraw by an eighth for each process more, and
 * by what it sends within SHARE_MS. While Redis is away each process counts for itself. A restart forgets the windows of
 * this minute, except those Redis holds.
 */
import { networkOf } from "@/lib/core/actor";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { redis, redisName } from "@/lib/core/redis";

/** Requests a minute. Bots' budgets are counted per bot, so the dashboard can never starve ingest. */
export const BUDGETS = {
  /** Sign-in, registration, reset: per address. */
  auth: 30,
  /** Anonymous bot registration: per address. */
  register: 20,
  /** Everything a signed-in person or key does. */
  rest: 1_200,
  /** Text that people write in tickets: counted per person, whatever the credential. */
  talk: 120,
  /** Reports and polls of bots. */
  bot: 12_000,
  /** Health and other public reads: per address. */
  public: 600,
  /** Pages and next-auth's paths: per person, else per address. */
  page: 1_200,
  export: 60,
  /** Document 002: REST, GraphQL and messages on /ws, of a caller that is no console (CONTRACT: MLTB specifics). */
  mltb: 60,
  graphql: 100,
  ws: 1_000,
} as const;
export type Budget = keyof typeof BUDGETS;

/** Budgets against guessing and mass registration, and those of document 002's callers. */
const TIGHT: ReadonlySet<Budget> = new Set<Budget>(["auth", "register", "mltb", "graphql"]);
/** `count`: requests in all processes, as far as this one knows. `unshared`: those that Redis does not know yet. */
type Window = { count: number; until: number; unshared: number };
const WINDOW_MS = 60_000;
const MAX_KEYS = 200_000;
const SHARE_MS = 100;
const SHARED_FROM = 1 / 8;

const windows = new Map<string, Window>();
/** Windows to send to Redis. */
const sharing = { names: new Set<string>(), timer: undefined as NodeJS.Timeout | undefined };

/** Adds to each window; answers its count and how long it still runs, in ms. */
const ADD = `local out = {}
for i, key in ipairs(KEYS) do
  out[2 * i - 1] = redis.call("INCRBY", key, ARGV[i + 1])
  if out[2 * i - 1] == tonumber(ARGV[i + 1]) then redis.call("PEXPIRE", key, ARGV[1]) end
  out[2 * i] = redis.call("PTTL", key)
end
return out`;

/** A caller's use of its window; `reset` is the window's end in epoch seconds. */
export type RateLimitState = { limit: number; remaining: number; reset: number };

/** Document 002 "Rate Limit Headers". */
export const limitHeaders = ({ limit, remaining, reset }: RateLimitState): Record<string, string> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(reset),
});

/** Counts one request in this process. @throws RATE_LIMITED with the seconds until the window ends */
export function countRequest(budget: Budget, key: string, at = Date.now()): void {
  const name = `${budget}:${key}`;
  const limit = limitOf(budget);
  const window = count(name, at);
  if (window.unshared >= limit * SHARED_FROM || TIGHT.has(budget)) shareSoon(name);
  if (window.count > limit) throw exceeded(window.until, at);
}

/** Counts an invalid credential against its address, so that tokens cannot be guessed at speed. @throws RATE_LIMITED */
export function countGuess(error: unknown, ip: string): void {
  if (error instanceof AppError && error.code === "UNAUTHORIZED") countRequest("public", `bad:${networkOf(ip)}`);
}

/** Returns whether `consumeBudget` counts this budget. */
export const isTight = (budget: Budget): boolean => TIGHT.has(budget);

/**
 * Counts one request together with the other processes.
 *
 * @returns the state of the caller's budget, and the refusal if it was one too many
 */
export async function consumeBudget(
  budget: Budget,
  key: string,
  at = Date.now(),
): Promise<[RateLimitState, AppError | undefined]> {
  const name = `${budget}:${key}`;
  const limit = limitOf(budget);
  const window = count(name, at);
  // Skip Redis when this process alone has exceeded the limit: counts of other processes can only add to it.
  const shared = window.count <= limit ? await share([name]) : undefined;
  const used = shared?.[0] ?? window.count;
  const state = { limit, remaining: Math.max(0, limit - used), reset: Math.ceil(window.until / 1000) };
  return [state, used > limit ? exceeded(window.until, at) : undefined];
}

/**
 * Adds the requests that Redis does not know yet, and reads the sums over all processes. Never rejects.
 *
 * @returns the sum of each window; undefined when Redis could not be reached or knew all
 */
async function share(names: string[]): Promise<number[] | undefined> {
  const client = redis();
  if (!client) return undefined;
  const batch = names.flatMap((name) => {
    const window = windows.get(name);
    if (!window?.unshared) return [];
    const { unshared } = window;
    window.unshared = 0;
    return [{ name, window, unshared }];
  });
  if (batch.length === 0) return undefined;
  try {
    const keys = batch.map(({ name }) => redisName(`budget:${name}`));
    const args = [WINDOW_MS, ...batch.map(({ unshared }) => unshared)];
    const answer = (await client.eval(ADD, keys.length, ...keys, ...args)) as number[];
    const at = Date.now();
    return batch.map(({ window }, place) => {
      const [counted, runs] = [answer[2 * place]!, answer[2 * place + 1]!];
      window.count = counted + window.unshared;
      window.until = at + Math.max(0, runs);
      return counted;
    });
  } catch {
    // Redis could not be reached. Keep these counts, so that the next request of the same window sends them along.
    for (const { window, unshared } of batch) window.unshared += unshared;
    return undefined;
  }
}

function shareSoon(name: string) {
  if (!env.REDIS_URL) return;
  sharing.names.add(name);
  sharing.timer ??= setTimeout(() => {
    sharing.timer = undefined;
    const names = [...sharing.names];
    sharing.names.clear();
    void share(names);
  }, SHARE_MS).unref();
}

const limitOf = (budget: Budget) => Math.floor(BUDGETS[budget] * env.RATE_LIMIT_FACTOR);
const exceeded = (until: number, at: number) =>
  new AppError("RATE_LIMITED", "Rate limit exceeded", undefined, Math.max(1, Math.ceil((until - at) / 1000)));

function count(name: string, at: number): Window {
  let window = windows.get(name);
  if (!window || window.until <= at) {
    if (windows.size >= MAX_KEYS) sweep(at);
    // Delete and insert again, so that the map stays ordered by the start of the windows.
    windows.delete(name);
    window = { count: 0, until: at + WINDOW_MS, unshared: 0 };
    windows.set(name, window);
  }
  window.count++;
  window.unshared++;
  return window;
}

function sweep(at: number) {
  for (const [name, window] of windows) if (window.until <= at) windows.delete(name);
  // The map is still full, so many distinct keys arrive. Dropping the oldest tenth bounds memory and makes sweeps rare.
  for (const name of windows.keys()) {
    if (windows.size <= MAX_KEYS * 0.9) break;
    windows.delete(name);
  }
}
