/** Feeds: clients and services wired together, one of each per process. */
import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { outbound } from "@/lib/core/outbound/index";
import { sameSecret, sign } from "@/lib/core/secrets";
import type { SettingsRoom } from "@/lib/core/settings";
import { createMemeClient } from "./memes";
import { createRankClient } from "./ranks";
import { createRankChecks } from "./service.checks";
import { createMemeImages } from "./service.images";
import { createRankLookup } from "./service.lookup";
import { createMemeService } from "./service.memes";
import { createRankService } from "./service.ranks";
import { createRankStore } from "./store";

const CHECK_MS = 60_000;
const IMAGE_BYTES = 10_485_760;

/** Builds the room. Call once per process. */
export function createFeeds({ config }: Pick<SettingsRoom, "config">) {
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
    typeOf: async (bytes) => (await (await import("file-type")).fileTypeFromBuffer(bytes))?.mime,
  });
  const memes = createMemeService({
    client: createMemeClient({
      urls: { reddit: env.REDDIT_API_URL, lemmy: env.LEMMY_API_URL, templates: env.MEME_TEMPLATES_API_URL },
      timeoutMs,
    }),
    config: () => config.section("meme"),
    ...{ now, random: Math.random, imagePath: images.pathOf },
  });
  const check = jobs.every({ name: "feeds.ranks", interval: CHECK_MS, isLed: true, run: tick });
  return { ranks: { ...ranks, checkAll }, memes: { ...memes, image: images.image }, feedJobs: background([check]) };
}
export { erasePlayers } from "./store.carryover";
