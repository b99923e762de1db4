/** Sums over bots, read from their rows and shared among callers while there are many bots. */
import { registerCache } from "@/lib/core/caches";
import { type Clock, now } from "@/lib/core/clock";
import type { VisibleBots } from "@/lib/identity/access";
import { type BotTotals, sumCounters } from "./store.readers";

/** Sums over fewer bots are read for each caller, so they are exact. */
const MANY_BOTS = 1_000;
/** Sums over many bots are at most this old in each process. Dashboards load them again as often. */
const SHARED_MS = 2_000;

/**
 * Makes the reader of sums. A counter per team would cost every command and log a write, and an index over counters
 * three; reading 10,000 rows takes 2 ms, so only the callers within the same 2 s share one reading.
 */
export function createTotals(read: (visible?: VisibleBots) => Promise<BotTotals>, clock: Clock) {
  const shared = new Map<string, { until: number; totals: Promise<BotTotals> }>();
  registerCache("bot_totals", { size: () => shared.size, clear: () => shared.clear() });

  /** Reads the sums. Callers that come while many bots are read again wait for this reading. */
  async function refresh(key: string, visible?: VisibleBots): Promise<BotTotals> {
    const entry = { until: clock() + SHARED_MS, totals: read(visible) };
    if (shared.has(key)) shared.set(key, entry);
    try {
      const totals = await entry.totals;
      if (totals.bots >= MANY_BOTS) shared.set(key, entry);
      else shared.delete(key);
      return totals;
    } catch (error) {
      shared.delete(key);
      throw error;
    }
  }

  return (visible?: VisibleBots): Promise<BotTotals> => {
    // Readers who may see the same bots share one reading.
    const key = visible ? `${visible.teams.join()}|${visible.bots.join()}` : "";
    const known = shared.get(key);
    return known && known.until > clock() ? known.totals : refresh(key, visible);
  };
}

/** Sums of all counters over the bots that a reader may see, or over all bots. */
export const botTotals = createTotals(sumCounters, now);
