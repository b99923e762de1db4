/** Asks the rank service about a player, and caches its answers. */
import type { Clock } from "@/lib/core/clock";
import { type Cached, createCache } from "@/lib/core/outbound/cached";
import type { Platform } from "./contract";
import type { Profiled } from "./ranks";

export type LookupDeps = {
  client: { configured: boolean; profile(platform: Platform, username: string): Promise<Profiled> };
  config: () => Promise<{ rank_check_interval_hours: number; rank_cache_ttl_seconds: number }>;
  now: Clock;
};

export function createRankLookup({ client, config, now }: LookupDeps) {
  const cache = createCache<Profiled>({
    name: "ranks",
    load: (key) => {
      const cut = key.indexOf("/");
      return client.profile(key.slice(0, cut) as Platform, key.slice(cut + 1));
    },
    ttlMs: async () => (await config()).rank_cache_ttl_seconds * 1000,
    now,
  });
  return {
    isConfigured: client.configured,

    /**
     * @param fresh whether to skip the cache
     * @param fresh whether a kept answer will not do
     */
    profile: (platform: Platform, username: string, fresh = false): Promise<Cached<Profiled>> =>
      cache.get(`${platform}/${username}`, { fresh }),

    /** The minimum time between two checks of the same player. */
    intervalMs: async () => (await config()).rank_check_interval_hours * 3_600_000,
  };
}

export type RankLookup = ReturnType<typeof createRankLookup>;
