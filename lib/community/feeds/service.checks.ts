/** Checks tracked players, on schedule or at once, and announces rank changes. */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { RankChange, Ranks } from "./contract";
import { compareRanks, rankName } from "./ranks";
import type { RankLookup } from "./service.lookup";
import type { PlayerRow, RankStore } from "./store";

type Deps = {
  store: Pick<RankStore, "takeDue" | "checked" | "failed" | "dueAll" | "countDue">;
  lookup: RankLookup;
  emit: Emit;
  now: Clock;
  /** Returns a number from 0 to 1, which spreads checks over the interval. */
  random: () => number;
};

const CHECK_NOW_MS = 20_000;
const BATCH = 20;
/** How long a process leases a player, so that no other process checks it at the same time. */
const LEASE_MS = 120_000;
const RETRY_MS = 900_000;

/** Lists the playlists in which the player rose or fell. */
const changesOf = (row: PlayerRow, before: Ranks, ranks: Ranks): RankChange[] =>
  Object.entries(ranks).flatMap(([playlist, rank]): RankChange[] => {
    const old = before[playlist];
    const moved = old ? compareRanks(rank, old) : 0;
    // A change from or to unranked is the beginning or the end of a season, not a promotion or demotion.
    if (!old || moved === 0 || old.tier_index === 0 || rank.tier_index === 0) return [];
    const { id, user_id, username, platform } = row;
    const ranked = { playlist, from: rankName(old), to: rankName(rank), promoted: moved > 0 };
    return [{ player_id: id, user_id, username, platform, ...ranked }];
  });

export function createRankChecks({ store, lookup, emit, now, random }: Deps) {
  /** Looks up a player and stores the changes. @returns the changes; undefined when the service could not be asked */
  async function check(row: PlayerRow): Promise<RankChange[] | undefined> {
    let ranks: Ranks;
    try {
      const answer = await lookup.profile(row.platform, row.username, true);
      if (answer.stale) throw new AppError("UNAVAILABLE", "The rank service is unavailable; try again later");
      ranks = answer.value.ranks;
    } catch (error) {
      const message = error instanceof AppError ? error.message : "The check failed; the server's log says why";
      await store.failed(row.id, message, now() + RETRY_MS);
      if (!(error instanceof AppError)) throw error;
      return undefined;
    }
    const before: Ranks = readJson(row.ranks);
    const at = now();
    const points = Object.entries(ranks).filter(([playlist, rank]) => before[playlist]?.mmr !== rank.mmr);
    // Vary the interval by up to 5 %, so that players who were added together are not always checked together.
    const next = at + (await lookup.intervalMs()) * (0.95 + 0.1 * random());
    const changes = changesOf(row, before, ranks);
    await store.checked(
      row.id,
      { ranks: JSON.stringify(ranks), at, next: Math.round(next) },
      points.map(([playlist, { mmr, tier }]) => ({ playlist, mmr, tier })),
      changes,
    );
    for (const change of changes) emit("rank.changed", change);
    return changes;
  }

  /** Checks players that are due until none is left or `until` has passed. */
  async function checkDue(until: number) {
    const result = { checked: 0, failed: 0, changes: [] as RankChange[] };
    while (now() < until) {
      const rows = await store.takeDue(now(), now() + LEASE_MS, BATCH);
      if (rows.length === 0) break;
      for (const row of rows) {
        const changes = await check(row);
        if (changes) {
          result.checked++;
          result.changes.push(...changes);
        } else result.failed++;
      }
    }
    return result;
  }

  return {
    /** Checks all tracked players now, for at most 20 seconds; the schedule checks the rest. @throws UNAVAILABLE */
    async checkAll() {
      if (!lookup.isConfigured)
        throw new AppError("UNAVAILABLE", "No rank service is set up on this server: set ROCKET_LEAGUE_API_KEY");
      const at = now();
      await store.dueAll(at);
      const { checked, failed, changes } = await checkDue(at + CHECK_NOW_MS);
      const remaining = await store.countDue(now());
      return { checked, failed, remaining, changes };
    },

    /** Runs every minute. */
    async tick(): Promise<void> {
      if (lookup.isConfigured) await checkDue(now() + 50_000);
    },
  };
}
