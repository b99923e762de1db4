/** The app's community, where it combines rooms or puts documented replies into its own form. */
import { Readable } from "node:stream";
import type { App } from "@/lib/app";
import { rankTexts } from "@/lib/community/feeds";
import type { getRankStats } from "@/lib/community/feeds/contract";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { type AdapterOf, Custom } from "@/lib/edge/http";
import { personOf } from "@/lib/identity/accounts";

const PICTURE_HEADERS = {
  "cache-control": "private, max-age=3600",
  "content-security-policy": "default-src 'none'; sandbox",
};

/** A picture as a reply, which no browser runs. */
export const picture = ({ type, bytes }: { type: string; bytes: Buffer }): Custom =>
  new Custom({
    contentType: type,
    headers: { ...PICTURE_HEADERS, "content-length": String(bytes.length) },
    stream: Readable.from([bytes]),
  });

/** `GET /api/hazehub/latest-rankups`. @throws FORBIDDEN for people who are no members */
export async function rankUpsOf({ accounts, rankAccounts }: App, actor: Actor, limit: number) {
  await accounts.demandMember(actor);
  const rows = limit === 0 ? [] : await rankAccounts.rankUps(limit);
  const rankups = rows.map((row) => ({
    ...personOf(row),
    ...{ rl_username: row.player, platform: row.platform, mode: row.playlist },
    ...{ old_rank: row.from_rank, new_rank: row.to_rank, timestamp: iso(row.at) },
  }));
  return { success: true as const, rankups, count: rankups.length };
}

/** The app reads the statistics of a player in another form than the document's, while its community is on. */
export const ofRankStats: AdapterOf<typeof getRankStats.response> = {
  async reply(stats, { app }) {
    if (!(await app.config.has("social"))) return stats;
    const tier_names = rankTexts(stats.ranks);
    const { username, platform, fetched_at } = stats;
    return {
      success: true,
      stats: {
        ...{ username, platform },
        ...{ rank_1v1: tier_names["1v1"] ?? "Unranked", rank_2v2: tier_names["2v2"] ?? "Unranked" },
        ...{ rank_3v3: tier_names["3v3"] ?? "Unranked" },
        ...{ tier_names, icon_urls: {}, highest_icon_url: null, fetched_at },
      },
    };
  },
};
