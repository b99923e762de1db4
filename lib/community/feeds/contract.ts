/**
 * Contract of the feeds: Rocket League ranks and memes, read from other services. Source: document 003 "Rocket League"
 * and "Meme System".
 */
import { z } from "zod";
import { Name, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";

export const Platform = z.enum(["steam", "epic", "psn", "xbl"], {
  error: "must be one of steam, epic, psn, xbl",
});
export type Platform = z.infer<typeof Platform>;
/** A player's name at the service: a Steam id, an Epic name, a PSN or Xbox name. */
export const Username = Name(64)
  .regex(/^[^\p{Cc}/\\?#]+$/u, { error: "may not hold slashes, ? or #" })
  .meta({ example: "PlayerName" });

/** `division` counts from 1; 0 means unranked. */
export const Rank = z
  .object({
    tier: z.string().meta({ example: "Diamond I" }),
    tier_index: z.number().int(),
    division: z.number().int().min(0),
    mmr: z.number().int(),
    matches: z.number().int(),
  })
  .meta({ id: "Rank" });
export type Rank = z.infer<typeof Rank>;
/** By playlist: 1v1, 2v2, 3v3, hoops, rumble, dropshot, snowday, tournament. */
const Ranks = z.record(z.string(), Rank);
export type Ranks = z.infer<typeof Ranks>;

export const PlayerStats = z.object({
  username: z.string(),
  platform: Platform,
  avatar: z.string().nullable(),
  ranks: Ranks,
  cached: z.boolean().meta({ description: "Answered from memory, within rank_cache_ttl_seconds." }),
  stale: z.boolean().meta({ description: "The service could not be asked; this is what it said before." }),
  fetched_at: Time,
});
export type PlayerStats = z.infer<typeof PlayerStats>;

export const getRankStats = {
  id: "getRankStats",
  method: "GET",
  path: "/api/rocket-league/stats/{platform}/{username}",
  summary: "Get a Rocket League player's ranks",
  description:
    "Loaded from the rank service (`ROCKET_LEAGUE_API_URL`, `ROCKET_LEAGUE_API_KEY`) and cached for `rank_cache_ttl_seconds`. 502: the service could not be reached, or rejected the key. 503: no key is set, or the service limits our requests. 504: it did not respond in time.",
  document: "003 Rocket League: GET /api/rocket-league/stats/<platform>/<username>",
  // The service checks the values, so that an unknown platform is a 400 that names the known ones.
  params: z.object({ platform: z.string().max(64), username: z.string().max(256) }),
  response: PlayerStats,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND", "BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"],
  example: {
    response: {
      username: "PlayerName",
      platform: "steam",
      avatar: null,
      ranks: { "1v1": { tier: "Diamond I", tier_index: 13, division: 3, mmr: 950, matches: 42 } },
      cached: false,
      stale: false,
      fetched_at: "2026-01-01T12:00:00.000Z",
    },
  },
} as const satisfies Operation;

export const TrackedPlayer = z
  .object({
    id: z.string(),
    platform: Platform,
    username: z.string(),
    user_id: z.number().int(),
    ranks: Ranks,
    added_at: Time,
    checked_at: Time.nullable(),
    next_check_at: Time,
    error: z.string().nullable().meta({ description: "Why the last check failed." }),
    history: z
      .record(z.string(), z.array(z.object({ at: Time, mmr: z.number().int(), tier: z.string() })))
      .meta({ description: "MMR of the last 30 changes by playlist, oldest first." }),
  })
  .meta({ id: "TrackedPlayer" });
export type TrackedPlayer = z.infer<typeof TrackedPlayer>;

export const TRACKED_PER_USER = 25;

export const listTrackedPlayers = {
  id: "listTrackedPlayers",
  method: "GET",
  path: "/api/rocket-league/tracked",
  summary: "List tracked players: your own, or everyone's for staff",
  document: "muster",
  response: z.object({
    players: z.array(TrackedPlayer),
    count: z.number().int(),
    configured: z.boolean().meta({ description: "False while no rank service is set up." }),
    check_interval_hours: z.number().int(),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const trackPlayer = {
  id: "trackPlayer",
  method: "POST",
  path: "/api/rocket-league/tracked",
  summary: "Track a player's ranks",
  description: `The player is looked up at once and must exist. At most ${TRACKED_PER_USER} per user.`,
  document: "muster",
  body: z.object({ platform: Platform, username: Username }),
  response: Success.extend({ player: TrackedPlayer }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND", "CONFLICT", "BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"],
  example: { body: { platform: "steam", username: "PlayerName" } },
} as const satisfies Operation;

export const untrackPlayer = {
  id: "untrackPlayer",
  method: "DELETE",
  path: "/api/rocket-league/tracked/{player_id}",
  summary: "Stop tracking a player",
  document: "muster",
  params: z.object({ player_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const Promotion = z.object({
  username: z.string(),
  platform: Platform,
  playlist: z.string(),
  from: z.string(),
  to: z.string(),
  promoted: z.boolean(),
});

export const checkRanks = {
  id: "checkRanks",
  method: "POST",
  path: "/api/rocket-league/check-ranks",
  summary: "Check the ranks of all tracked players now",
  description: "Responds within 20 seconds. Players left by then (`remaining`) are checked in the background.",
  document: "003 Rocket League: POST /api/rocket-league/check-ranks",
  response: Success.extend({
    message: z.string(),
    checked: z.number().int(),
    failed: z.number().int(),
    remaining: z.number().int(),
    changes: z.array(Promotion),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "UNAVAILABLE"],
} as const satisfies Operation;

const MemeSource = z.enum(["reddit", "lemmy"], { error: "must be reddit or lemmy" });
export type MemeSource = z.infer<typeof MemeSource>;

export const Meme = z
  .object({
    title: z.string(),
    url: z.string(),
    source: MemeSource,
    subreddit: z.string().meta({ description: "The subreddit or the Lemmy community." }),
    author: z.string(),
    score: z.number().int(),
    permalink: z.string(),
    image: z
      .string()
      .meta({ description: "The picture through this server, for pages that may not load from other hosts." }),
    cached: z.boolean(),
    stale: z.boolean(),
  })
  .meta({ id: "Meme" });
export type Meme = z.infer<typeof Meme>;

export const getRandomMeme = {
  id: "getRandomMeme",
  method: "GET",
  path: "/api/memes/random",
  summary: "Get a random meme from the configured sources",
  description:
    "Returns images only, none marked NSFW, and avoids the ones you received last. Configure sources and communities in the settings (`meme`). Without `source`, another source replaces one that cannot be reached.",
  document: "003 Meme System: GET /api/memes/random",
  query: z.object({
    source: MemeSource.optional(),
    subreddit: z
      .string()
      .max(201)
      .regex(/^[\w.@-]+$/, { error: "must be the name of a subreddit or community" })
      .optional()
      .meta({ description: "one of the configured subreddits or communities only" }),
  }),
  response: Meme,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND", "BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

export const MemeTemplate = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  box_count: z.number().int(),
});
export type MemeTemplate = z.infer<typeof MemeTemplate>;

export const listMemeTemplates = {
  id: "listMemeTemplates",
  method: "GET",
  path: "/api/memes/templates",
  summary: "List meme templates",
  description: "Loaded from `MEME_TEMPLATES_API_URL` and cached for `templates_cache_duration`.",
  document: "003 Features: Meme System, template support",
  query: z.object({ limit: WholeNumber(100, 200) }),
  response: z.object({
    templates: z.array(MemeTemplate),
    count: z.number().int(),
    cached: z.boolean(),
    stale: z.boolean(),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

export const getMemeImage = {
  id: "getMemeImage",
  method: "GET",
  path: "/api/memes/image",
  summary: "Get a meme's image through this server",
  description: "Serves only addresses that this server issued (`image` of a meme): `s` is their signature.",
  document: "muster",
  query: z.object({ u: z.string().max(2048), s: z.string().max(64) }),
  response: z.unknown(),
  alsoProduces: ["image/jpeg", "image/png", "image/gif", "image/webp"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "BAD_GATEWAY", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

/** The rank of a tracked player changed in one playlist. */
export type RankChange = z.infer<typeof Promotion> & { player_id: string; user_id: number };
/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "rank.changed": RankChange;
  }
}
