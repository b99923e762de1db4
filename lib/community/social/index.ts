/** The community of document 003's app: services, stores and clients wired together, one of each per process. */
import type { DiscordRoom } from "@/lib/community/discord";
import type { FeedsRoom } from "@/lib/community/feeds";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { mediaTypeOf } from "@/lib/core/format/media-type";
import { outbound } from "@/lib/core/outbound/index";
import type { SettingsRoom } from "@/lib/core/settings";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createMemeBoard } from "./service.memes";
import { createPosts } from "./service.posts";
import { createImageProxy, PICTURE_TYPES, PROXY_BYTES } from "./service.proxy";
import { createReports } from "./service.reports";
import { createXp } from "./service.xp";
import { createSentMemeStore } from "./store.memes";
import { createPostStore } from "./store.posts";
import { createReportStore } from "./store.reports";
import { createXpStore } from "./store.xp";

type Below = Pick<SettingsRoom, "config"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<DiscordRoom, "guild"> &
  Pick<FeedsRoom, "memes">;

const DISCORD_PICTURES = "https://cdn.discordapp.com";

async function pictureTypeOf(bytes: Buffer): Promise<string | undefined> {
  const type = await mediaTypeOf(bytes);
  return type !== undefined && PICTURE_TYPES.has(type) ? type : undefined;
}

/** Fetches a picture. DISCORD_CDN_URL puts another server in the place of Discord's. */
const fetchPicture = ({ origin, href }: URL) =>
  outbound(origin === DISCORD_PICTURES ? href.replace(DISCORD_PICTURES, env.DISCORD_CDN_URL) : href, {
    ...{ maxBytes: PROXY_BYTES, timeoutMs: env.FEEDS_TIMEOUT_MS },
    trusted: origin === DISCORD_PICTURES && env.DISCORD_CDN_URL !== DISCORD_PICTURES,
  });

/** Builds the room. Call once per process. */
export function createSocial({ config, accounts, guild, memes }: Below) {
  const { demandMember } = accounts;
  const xp = createXp({
    ...{ store: createXpStore(), demandMember, now },
    rules: () => config.section("xp"),
    isOn: () => config.has("social"),
  });
  const { earn } = xp;
  const proxy = createImageProxy({
    ...{ demandMember, fetchPicture, typeOf: pictureTypeOf, now },
    communities: async () => (await config.section("meme")).default_lemmy,
  });
  const social = {
    posts: createPosts({ store: createPostStore(), demandMember, earn, typeOf: pictureTypeOf, now }),
    memes: createMemeBoard({
      ...{ store: createSentMemeStore(), demandMember, earn, now },
      ...{ section: config.section, feeds: memes, post: guild.post },
    }),
    xp,
    reports: createReports({ store: createReportStore(), demandMember, now }),
    proxy,
  };
  return { social };
}
export { eraseSocial } from "./store.carryover";
