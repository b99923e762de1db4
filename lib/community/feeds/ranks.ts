/** Converts answers of the rank service (tracker.gg's profile API, or a compatible server) to our ranks. */
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { askJson } from "@/lib/core/outbound/upstream";
import type { Platform, Rank, Ranks } from "./contract";

/** Our playlist names by the service's ids. */
const PLAYLISTS: Record<number, string> = {
  10: "1v1",
  11: "2v2",
  13: "3v3",
  27: "hoops",
  28: "rumble",
  29: "dropshot",
  30: "snowday",
  34: "tournament",
};

const Figure = z.object({
  value: z.number().nullish(),
  metadata: z.looseObject({ name: z.string().nullish() }).nullish(),
});
const Profile = z.object({
  data: z.object({
    platformInfo: z.looseObject({ platformUserHandle: z.string().nullish(), avatarUrl: z.string().nullish() }),
    segments: z
      .array(
        z.looseObject({
          type: z.string(),
          attributes: z.looseObject({ playlistId: z.number().nullish() }).nullish(),
          stats: z.looseObject({
            tier: Figure.nullish(),
            division: Figure.nullish(),
            rating: Figure.nullish(),
            matchesPlayed: Figure.nullish(),
          }),
        }),
      )
      .max(500),
  }),
});

export type Profiled = { username: string; avatar: string | null; ranks: Ranks };

export function createRankClient({
  baseUrl,
  apiKey,
  timeoutMs,
}: {
  baseUrl: string;
  apiKey: string | undefined;
  timeoutMs: number;
}) {
  return {
    configured: apiKey !== undefined,
    /** @throws NOT_FOUND, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async profile(platform: Platform, username: string): Promise<Profiled> {
      if (apiKey === undefined)
        throw new AppError("UNAVAILABLE", "No rank service is set up on this server: set ROCKET_LEAGUE_API_KEY");
      const { data } = await askJson(
        `${baseUrl}/api/v2/rocket-league/standard/profile/${platform}/${encodeURIComponent(username)}`,
        Profile,
        {
          name: "The rank service",
          headers: { "TRN-Api-Key": apiKey },
          timeoutMs,
          credential: "ROCKET_LEAGUE_API_KEY",
          missing: `No player ${username} on ${platform}`,
        },
      );
      const ranks: Ranks = {};
      for (const { type, attributes, stats } of data.segments) {
        const playlist = PLAYLISTS[attributes?.playlistId ?? -1];
        if (type === "playlist" && playlist) ranks[playlist] = rankOf(stats);
      }
      return {
        username: data.platformInfo.platformUserHandle || username,
        avatar: data.platformInfo.avatarUrl ?? null,
        ranks,
      };
    },
  };
}

type Stats = z.output<typeof Profile>["data"]["segments"][number]["stats"];

function rankOf({ tier, division, rating, matchesPlayed }: Stats): Rank {
  const index = Math.round(tier?.value ?? 0);
  return {
    tier: tier?.metadata?.name || (index === 0 ? "Unranked" : `Tier ${index}`),
    tier_index: index,
    // The service counts divisions from 0.
    division: index === 0 ? 0 : Math.round(division?.value ?? 0) + 1,
    mmr: Math.round(rating?.value ?? 0),
    matches: Math.round(matchesPlayed?.value ?? 0),
  };
}

export const rankName = ({ tier, division }: Rank): string => (division > 0 ? `${tier} Div ${division}` : tier);

/** Each playlist's rank as people write it. */
export const rankTexts = (ranks: Ranks): Record<string, string> =>
  Object.fromEntries(Object.entries(ranks).map(([playlist, rank]) => [playlist, rankName(rank)]));

/** Compares two ranks by tier and division. A change of MMR alone is no change of rank. */
export const compareRanks = (a: Rank, b: Rank): number => a.tier_index - b.tier_index || a.division - b.division;
