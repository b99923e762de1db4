/** Looks up players' ranks, and keeps the list of players that a person tracks. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { seesAll } from "@/lib/identity/access";
import { Platform, type PlayerStats, TRACKED_PER_USER, type TrackedPlayer, Username } from "./contract";
import type { RankLookup } from "./service.lookup";
import type { PlayerRow, RankStore } from "./store";

type Deps = {
  store: Pick<RankStore, "list" | "histories" | "add" | "remove">;
  lookup: RankLookup;
  config: () => Promise<{ rank_check_interval_hours: number }>;
  now: Clock;
  newId: () => string;
  /** Returns a number from 0 to 1, which spreads checks over the interval. */
  random: () => number;
};

async function shown(store: Deps["store"], rows: PlayerRow[]): Promise<TrackedPlayer[]> {
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

export function createRankService({ store, lookup, config, now, newId, random }: Deps) {
  return {
    /** @throws INVALID_INPUT, NOT_FOUND, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async stats(input: { platform: string; username: string }): Promise<PlayerStats> {
      const platform = Platform.safeParse(input.platform.toLowerCase());
      if (!platform.success) throw invalid("platform", "must be one of steam, epic, psn, xbl");
      const username = Username.safeParse(input.username);
      // A name that the platform does not allow cannot belong to a player.
      if (!username.success) throw new AppError("NOT_FOUND", `No such player on ${platform.data}`);
      const { value, cached, stale, at } = await lookup.profile(platform.data, username.data);
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
      const players = await shown(store, await store.list(seesAll(actor) ? undefined : user.user_id));
      const { rank_check_interval_hours: check_interval_hours } = await config();
      return { players, count: players.length, configured: lookup.isConfigured, check_interval_hours };
    },

    /** @throws NOT_FOUND no such player · CONFLICT tracked already, or too many · BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async track(actor: Actor, input: { platform: Platform; username: string }): Promise<TrackedPlayer> {
      const { user_id } = asUser(actor, "operate");
      const { value } = await lookup.profile(input.platform, input.username);
      const at = now();
      const row: PlayerRow = {
        id: newId(),
        user_id,
        platform: input.platform,
        username: cutText(value.username, 64),
        ranks: JSON.stringify(value.ranks),
        added_at: at,
        checked_at: at,
        next_check_at: Math.round(at + (await lookup.intervalMs()) * random()),
        error: null,
      };
      const points = Object.entries(value.ranks).map(([playlist, { mmr, tier }]) => ({ playlist, mmr, tier }));
      const { id, platform, username } = row;
      describeAct({ target: { type: "tracked_player", id, name: username }, after: { platform, username } });
      const added = await store.add(row, points, TRACKED_PER_USER);
      if (added === "full")
        throw new AppError(
          "CONFLICT",
          `You already track ${TRACKED_PER_USER} players, which is the limit: remove one first`,
        );
      if (added === "known") throw new AppError("CONFLICT", `You already track ${row.username} on ${row.platform}`);
      return (await shown(store, [row]))[0]!;
    },

    /** @throws NOT_FOUND no such player, or somebody else's */
    async untrack(actor: Actor, id: string): Promise<void> {
      const user = asUser(actor, "operate");
      const gone = await store.remove(id, user.role === "admin" ? undefined : user.user_id);
      if (!gone) throw new AppError("NOT_FOUND", `No tracked player ${id}`);
    },
  };
}
