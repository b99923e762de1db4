/** Sums over bots, read from their rows and shared among callers while there are many bots. */
import { registerCache } from "@/lib/core/caches";
import { type Clock, now } from "@/lib/core/clock";
import { type BotTotals, sumCounters } from "./store.readers";

/** Sums over fewer bots are read for each caller, so they are exact. */
const MANY_BOTS = 1_000;
/** Sums over many bots are at most this old in each process. Dashboards load them again as often. */
const SHARED_MS = 2_000;

/**
 * Makes the reader of sums. A counter per owner would cost every command and log a write, and an index over counters
 * three; reading 10,000 rows takes 2 ms, so only the callers within the same 2 s share one reading.
 */
export function createTotals(read: (ownerId?: number) => Promise<BotTotals>, clock: Clock) {
  const shared = new Map<number | undefined, { until: number; totals: Promise<BotTotals> }>();
  registerCache("bot_totals", { size: () => shared.size, clear: () => shared.clear() });

  /** Reads the sums. Callers that come while many bots are read again wait for this reading. */
  async function refresh(ownerId?: number): Promise<BotTotals> {
    const entry = { until: clock() + SHARED_MS, totals: read(ownerId) };
    if (shared.has(ownerId)) shared.set(ownerId, entry);
    try {
      const totals = await entry.totals;
      if (totals.bots >= MANY_BOTS) shared.set(ownerId, entry);
      else shared.delete(ownerId);
      return totals;
    } catch (error) {
      shared.delete(ownerId);
      throw error;
    }
  }

  return (ownerId?: number): Promise<BotTotals> => {
    const known = shared.get(ownerId);
    return known && known.until > clock() ? known.totals : refresh(ownerId);
  };
}

/** Sums of all counters over the bots of an owner, or over all bots. */
export const botTotals = createTotals(sumCounters, now);
