/** Chooses memes: from the wanted source, never NSFW, and not the same one again. */
import { type Actor, callerKey } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { createCache } from "@/lib/core/outbound/cached";
import type { Meme, MemeSource, MemeTemplate } from "./contract";
import type { MemeClient, Picture } from "./memes";

type MemeConfig = {
  default_subreddits: string[];
  default_lemmy: string[];
  meme_sources: MemeSource[];
  templates_cache_duration: number;
};
type Deps = {
  client: MemeClient;
  config: () => Promise<MemeConfig>;
  now: Clock;
  random: () => number;
  /** Returns the path that shows the picture behind an address. */
  imagePath: (url: string) => string;
};

const LISTING_MS = 600_000;
/** The number of recent pictures that a caller does not get again. */
const SEEN = 30;
const CALLERS_MAX = 5_000;

/** Remembers which pictures each caller was shown last. */
function createSeen() {
  const seen = new Map<string, string[]>();
  return {
    of: (caller: string): readonly string[] => seen.get(caller) ?? [],
    add(caller: string, url: string): void {
      const last = [...(seen.get(caller) ?? []), url].slice(-SEEN);
      seen.delete(caller);
      seen.set(caller, last);
      if (seen.size > CALLERS_MAX) seen.delete(seen.keys().next().value!);
    },
  };
}

export function createMemeService({ client, config, now, random, imagePath }: Deps) {
  const listings: Record<MemeSource, ReturnType<typeof createCache<Picture[]>>> = {
    reddit: createCache({ name: "reddit", load: client.reddit, ttlMs: () => LISTING_MS, now }),
    lemmy: createCache({ name: "lemmy", load: client.lemmy, ttlMs: () => LISTING_MS, now }),
  };
  const templateCache = createCache<MemeTemplate[]>({
    name: "meme_templates",
    load: client.templates,
    ttlMs: async () => (await config()).templates_cache_duration * 1000,
    now,
  });
  const seen = createSeen();

  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;

  async function of(actor: Actor, source: MemeSource, communities: readonly string[]): Promise<Meme> {
    if (communities.length === 0)
      throw new AppError(
        "NOT_FOUND",
        `No ${source} communities are configured: an admin can add them under Settings, Memes`,
      );
    const { value, cached, stale } = await listings[source].get(pick(communities));
    const before = seen.of(callerKey(actor));
    const news = value.filter(({ url }) => !before.includes(url));
    const meme = news.length > 0 ? pick(news) : value.length > 0 ? pick(value) : undefined;
    if (!meme) throw new AppError("NOT_FOUND", `No suitable memes on ${source} at the moment; try again later`);
    seen.add(callerKey(actor), meme.url);
    return { ...meme, image: imagePath(meme.url), cached, stale };
  }

  return {
    /** @throws INVALID_INPUT a community that is not configured · NOT_FOUND nothing suitable · BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async random(actor: Actor, query: { source?: MemeSource; subreddit?: string }): Promise<Meme> {
      const { default_subreddits, default_lemmy, meme_sources } = await config();
      const communities = { reddit: default_subreddits, lemmy: default_lemmy };
      if (query.subreddit !== undefined) {
        const wanted = query.subreddit.toLowerCase();
        for (const source of query.source ? [query.source] : (["reddit", "lemmy"] as const)) {
          const found = communities[source].find((name) => name.toLowerCase() === wanted);
          if (found) return of(actor, source, [found]);
        }
        throw invalid("subreddit", "is not one of the configured subreddits and communities");
      }
      if (query.source) return of(actor, query.source, communities[query.source]);
      const sources = meme_sources.filter((source) => communities[source].length > 0);
      if (sources.length === 0)
        throw new AppError("NOT_FOUND", "No meme source is turned on: an admin can turn one on under Settings, Memes");
      const first = pick(sources);
      try {
        return await of(actor, first, communities[first]);
      } catch (error) {
        const other = sources.find((source) => source !== first);
        if (!other) throw error;
        return of(actor, other, communities[other]).catch(() => {
          throw error;
        });
      }
    },

    /** @throws UNAVAILABLE no account is set · BAD_GATEWAY, GATEWAY_TIMEOUT */
    caption: client.caption,

    /** @param isFresh whether a kept list will not do @throws BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT */
    async templates(limit: number, isFresh = false) {
      const { value, cached, stale } = await templateCache.get("all", { fresh: isFresh });
      const templates = value.slice(0, limit);
      return { templates, count: templates.length, cached, stale };
    },
  };
}
