/** Rules of the ranks: looking up, tracking, and noticing that somebody rose or fell. */

import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { seesAll } from "@/lib/identity/access";
import { type Cached, createCache } from "./cached";
import {
  Platform,
  type PlayerStats,
  type RankChange,
  type Ranks,
  TRACKED_PER_USER,
  type TrackedPlayer,
  Username,
} from "./contract";
import { compareRanks, type Profiled, rankName } from "./ranks";
import type { PlayerRow, RankStore } from "./store";

type Deps = {
  store: RankStore;
  client: { configured: boolean; profile(platform: Platform, username: string): Promise<Profiled> };
  config: () => Promise<{ rank_check_interval_hours: number; rank_cache_ttl_seconds: number }>;
  emit: Emit;
  now: Clock;
  newId: () => string;
  /** A number from 0 to 1: checks are spread over the interval. */
  random: () => number;
};

const CHECK_NOW_MS = 20_000;
const BATCH = 20;
/** While one process checks a player, no other does. */
const LEASE_MS = 120_000;
const RETRY_MS = 900_000;

export function createRankService({ store, client, config, emit, now, newId, random }: Deps) {
  const cache = createCache<Profiled>({
    name: "ranks",
    load: (key) => {
      const cut = key.indexOf("/");
      return client.profile(key.slice(0, cut) as Platform, key.slice(cut + 1));
    },
    ttlMs: async () => (await config()).rank_cache_ttl_seconds * 1000,
    now,
  });
  const look = (platform: Platform, username: string, fresh = false): Promise<Cached<Profiled>> =>
    cache.get(`${platform}/${username}`, { fresh });

  async function shown(rows: PlayerRow[]): Promise<TrackedPlayer[]> {
    const histories = await store.histories(rows.map(({ id }) => id));
    return rows.map((row) => ({
      id: row.id,
      platform: row.platform,
      username: row.username,
      user_id: row.user_id,
      ranks: readJson(row.ranks),
      added_at: iso(row.added_at),
      checked_at: isoOrNull(row.checked_at),
      next_check_at: iso(row.next_check_at),
      error: row.error,
      history: histories.get(row.id) ?? {},
    }));
  }

  const intervalMs = async () => (await config()).rank_check_interval_hours * 3_600_000;

  /** Looks a player up and notes what changed. @returns the changes; undefined when the service could not be asked */
  async function check(row: PlayerRow): Promise<RankChange[] | undefined> {
    let ranks: Ranks;
    try {
      const answer = await look(row.platform, row.username, true);
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
    // Up to a tenth early or late: players that were added together are not asked for together for ever.
    const next = at + (await intervalMs()) * (0.95 + 0.1 * random());
    await store.checked(
      row.id,
      { ranks: JSON.stringify(ranks), at, next: Math.round(next) },
      points.map(([playlist, { mmr, tier }]) => ({ playlist, mmr, tier })),
    );
    const changes = Object.entries(ranks).flatMap(([playlist, rank]): RankChange[] => {
      const old = before[playlist];
      const moved = old ? compareRanks(rank, old) : 0;
      // From and to unranked is the beginning or the end of a season.
      if (!old || moved === 0 || old.tier_index === 0 || rank.tier_index === 0) return [];
      return [
        {
          player_id: row.id,
          user_id: row.user_id,
          username: row.username,
          platform: row.platform,
          playlist,
          from: rankName(old),
          to: rankName(rank),
          promoted: moved > 0,
        },
      ];
    });
    for (const change of changes) emit("rank.changed", change);
    return changes;
  }

  /** Checks players whose time has come until none is left or `until` has passed. */
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
    /** @throws INVALID_INPUT, NOT_FOUND, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async stats(input: { platform: string; username: string }): Promise<PlayerStats> {
      const platform = Platform.safeParse(input.platform.toLowerCase());
      if (!platform.success) throw invalid("platform", "must be one of steam, epic, psn, xbl");
      const username = Username.safeParse(input.username);
      // A name nobody can have is nobody's.
      if (!username.success) throw new AppError("NOT_FOUND", `No such player on ${platform.data}`);
      const { value, cached, stale, at } = await look(platform.data, username.data);
      return {
        username: value.username,
        platform: platform.data,
        avatar: value.avatar,
        ranks: value.ranks,
        cached,
        stale,
        fetched_at: iso(at),
      };
    },

    async list(actor: Actor) {
      const user = asUser(actor);
      const players = await shown(await store.list(seesAll(actor) ? undefined : user.user_id));
      const { rank_check_interval_hours: check_interval_hours } = await config();
      return { players, count: players.length, configured: client.configured, check_interval_hours };
    },

    /** @throws NOT_FOUND no such player · CONFLICT tracked already, or too many · BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async track(actor: Actor, input: { platform: Platform; username: string }): Promise<TrackedPlayer> {
      const { user_id } = asUser(actor, "operate");
      const { value } = await look(input.platform, input.username);
      const at = now();
      const row: PlayerRow = {
        id: newId(),
        user_id,
        platform: input.platform,
        username: cutText(value.username, 64),
        ranks: JSON.stringify(value.ranks),
        added_at: at,
        checked_at: at,
        next_check_at: Math.round(at + (await intervalMs()) * random()),
        error: null,
      };
      const points = Object.entries(value.ranks).map(([playlist, { mmr, tier }]) => ({ playlist, mmr, tier }));
      const added = await store.add(row, points, TRACKED_PER_USER);
      if (added === "full")
        throw new AppError(
          "CONFLICT",
          `You already track ${TRACKED_PER_USER} players, which is the limit: remove one first`,
        );
      if (added === "known") throw new AppError("CONFLICT", `You already track ${row.username} on ${row.platform}`);
      return (await shown([row]))[0]!;
    },

    /** @throws NOT_FOUND no such player, or somebody else's */
    async untrack(actor: Actor, id: string): Promise<void> {
      const user = asUser(actor, "operate");
      const gone = await store.remove(id, user.role === "admin" ? undefined : user.user_id);
      if (!gone) throw new AppError("NOT_FOUND", `No tracked player ${id}`);
    },

    /** All tracked players now, for at most 20 seconds; the schedule goes on with the rest. @throws UNAVAILABLE */
    async checkAll() {
      if (!client.configured)
        throw new AppError("UNAVAILABLE", "No rank service is set up on this server: set ROCKET_LEAGUE_API_KEY");
      const at = now();
      await store.dueAll(at);
      const { checked, failed, changes } = await checkDue(at + CHECK_NOW_MS);
      const remaining = await store.countDue(now());
      return { checked, failed, remaining, changes };
    },

    /** Runs every minute by the schedule. */
    async tick(): Promise<void> {
      if (client.configured) await checkDue(now() + 50_000);
    },
  };
}
