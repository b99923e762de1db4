/** Feeds: clients and services wired together, one of each per process. */
import type { DiscordRoom } from "@/lib/community/discord";
import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { mediaTypeOf } from "@/lib/core/format/media-type";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { outbound } from "@/lib/core/outbound/index";
import { sameSecret, sign } from "@/lib/core/secrets";
import type { SettingsRoom } from "@/lib/core/settings";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createMemeClient } from "./memes";
import { createRankClient } from "./ranks";
import { createRankAccounts } from "./service.accounts";
import { createRankChecks } from "./service.checks";
import { createMemeImages } from "./service.images";
import { createRankLookup } from "./service.lookup";
import { createMemeService } from "./service.memes";
import { createRankService } from "./service.ranks";
import { createRankStore } from "./store";
import { createLinkStore } from "./store.accounts";

const CHECK_MS = 60_000;
const IMAGE_BYTES = 10_485_760;

type Below = Pick<AccountsRoom, "accounts"> & Pick<DiscordRoom, "guild">;

function captionAccount() {
  const { IMGFLIP_USERNAME: username, IMGFLIP_PASSWORD: password } = env;
  return username && password ? { username, password } : undefined;
}

/** Builds the room. Call once per process. */
export function createFeeds({ config, accounts, guild }: Pick<SettingsRoom, "config"> & Below) {
  const timeoutMs = env.FEEDS_TIMEOUT_MS;
  const rankConfig = () => config.section("rocket_league");
  const lookup = createRankLookup({
    client: createRankClient({ baseUrl: env.ROCKET_LEAGUE_API_URL, apiKey: env.ROCKET_LEAGUE_API_KEY, timeoutMs }),
    ...{ config: rankConfig, now },
  });
  const rankDeps = { store: createRankStore(), lookup, now, random: Math.random };
  const ranks = createRankService({ ...rankDeps, config: rankConfig, newId: () => newId("rlp") });
  const { tick, checkAll } = createRankChecks({ ...rankDeps, emit });
  const images = createMemeImages({
    sign: (url) => sign("meme-image", url),
    same: sameSecret,
    fetchImage: async (url) => (await outbound(url, { maxBytes: IMAGE_BYTES, timeoutMs })).body,
    typeOf: mediaTypeOf,
  });
  const memes = createMemeService({
    client: createMemeClient({
      urls: { reddit: env.REDDIT_API_URL, lemmy: env.LEMMY_API_URL, templates: env.MEME_TEMPLATES_API_URL },
      timeoutMs,
      account: captionAccount(),
    }),
    config: () => config.section("meme"),
    ...{ now, random: Math.random, imagePath: images.pathOf },
  });
  const check = jobs.every({ name: "feeds.ranks", interval: CHECK_MS, isLed: true, run: tick });
  const rankAccounts = createRankAccounts({
    ...{ store: createLinkStore(), track: ranks.track, accounts, post: guild.post },
    channel: async () => (await config.section("channels")).rl_channel_id,
  });
  return {
    ranks: { ...ranks, checkAll },
    rankAccounts,
    memes: { ...memes, image: images.image },
    feedJobs: background([check]),
  };
}
export type FeedsRoom = ReturnType<typeof createFeeds>;
export { rankTexts } from "./ranks";
export { erasePlayers } from "./store.carryover";
