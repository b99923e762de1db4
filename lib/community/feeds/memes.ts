/** Reads posts of Reddit and Lemmy as pictures that are safe to show, and meme templates in imgflip's format. */
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { askJson } from "@/lib/core/outbound/upstream";
import type { Meme, MemeTemplate } from "./contract";

export type Picture = Omit<Meme, "cached" | "stale" | "image">;

const LISTING = 50;
const PICTURE = /\.(jpe?g|png|gif|webp)$/i;

/** Returns the https address of a picture, or undefined; whether it is a picture is judged by the path. */
function pictureUrl(text: string | null | undefined, isPicture = false): string | undefined {
  if (!text || text.length > 2048 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" && (isPicture || PICTURE.test(url.pathname)) ? url.href : undefined;
}

/** A score that fits an integer of PostgreSQL, whatever the source says. */
const scoreOf = (score: number | null | undefined) => Math.max(-1e9, Math.min(1e9, Math.round(score ?? 0)));

const RedditListing = z.object({
  data: z.object({
    children: z
      .array(
        z.looseObject({
          kind: z.string(),
          data: z.looseObject({
            title: z.string().nullish(),
            url: z.string().nullish(),
            author: z.string().nullish(),
            subreddit: z.string().nullish(),
            permalink: z.string().nullish(),
            score: z.number().nullish(),
            over_18: z.boolean().nullish(),
            stickied: z.boolean().nullish(),
            removed_by_category: z.string().nullish(),
          }),
        }),
      )
      .max(200),
  }),
});

const LemmyListing = z.object({
  posts: z
    .array(
      z.looseObject({
        post: z.looseObject({
          name: z.string(),
          url: z.string().nullish(),
          ap_id: z.string().nullish(),
          nsfw: z.boolean(),
          removed: z.boolean().nullish(),
          deleted: z.boolean().nullish(),
        }),
        creator: z.looseObject({ name: z.string().nullish() }).nullish(),
        community: z.looseObject({ name: z.string().nullish(), nsfw: z.boolean().nullish() }).nullish(),
        counts: z.looseObject({ score: z.number().nullish() }).nullish(),
      }),
    )
    .max(200),
});

const Templates = z.object({
  success: z.literal(true),
  data: z.object({
    memes: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          url: z.string(),
          width: z.number(),
          height: z.number(),
          box_count: z.number(),
        }),
      )
      .max(1000),
  }),
});

/** The template service answers 200 to whatever it refuses, with the reason. */
const Captioned = z.object({
  success: z.boolean(),
  data: z.object({ url: z.url({ protocol: /^https$/ }).max(2048) }).optional(),
  error_message: z.string().optional(),
});

type Urls = { reddit: string; lemmy: string; templates: string };

type Client = { urls: Urls; timeoutMs: number; account?: { username: string; password: string } };

export function createMemeClient({ urls, timeoutMs, account }: Client) {
  return {
    /** Pictures of one subreddit (`memes`), hot ones first. @throws as askJson */
    async reddit(subreddit: string): Promise<Picture[]> {
      const { data } = await askJson(
        `${urls.reddit}/r/${encodeURIComponent(subreddit)}/hot.json?limit=${LISTING}&raw_json=1`,
        RedditListing,
        { name: "Reddit", timeoutMs, missing: `No subreddit ${subreddit}` },
      );
      return data.children.flatMap(({ kind, data: post }) => {
        const url = pictureUrl(post.url);
        if (kind !== "t3" || !url || post.over_18 !== false || post.stickied || post.removed_by_category) return [];
        return {
          title: cutText(post.title ?? "", 300),
          url,
          source: "reddit" as const,
          subreddit: post.subreddit ?? subreddit,
          author: post.author ?? "",
          score: scoreOf(post.score),
          permalink: `https://www.reddit.com${post.permalink ?? ""}`,
        };
      });
    },

    /** Pictures of one Lemmy community (`memes@lemmy.world`). @throws as askJson */
    async lemmy(community: string): Promise<Picture[]> {
      const { posts } = await askJson(
        `${urls.lemmy}/api/v3/post/list?community_name=${encodeURIComponent(community)}&sort=Hot&type_=All&limit=${LISTING}`,
        LemmyListing,
        { name: "Lemmy", timeoutMs, missing: `No Lemmy community ${community}` },
      );
      return posts.flatMap(({ post, creator, community: at, counts }) => {
        const url = pictureUrl(post.url);
        if (!url || post.nsfw || at?.nsfw || post.removed || post.deleted) return [];
        return {
          title: cutText(post.name, 300),
          url,
          source: "lemmy" as const,
          subreddit: at?.name ?? community,
          author: creator?.name ?? "",
          score: scoreOf(counts?.score),
          permalink: post.ap_id ?? url,
        };
      });
    },

    /** Has texts written on a template. @returns the picture's address @throws UNAVAILABLE; as askJson */
    async caption(templateId: string, texts: readonly string[]): Promise<string> {
      if (!account)
        throw new AppError("UNAVAILABLE", "No account draws memes here: set IMGFLIP_USERNAME and IMGFLIP_PASSWORD");
      const form = new URLSearchParams({ template_id: templateId, ...account });
      for (const [box, text] of texts.entries()) form.set(`boxes[${box}][text]`, text);
      const { success, data, error_message } = await askJson(`${urls.templates}/caption_image`, Captioned, {
        ...{ name: "The template service", timeoutMs, missing: "The template service draws no memes" },
        form: form.toString(),
      });
      if (!success || !data)
        throw new AppError("BAD_GATEWAY", `The template service refused this: ${cutText(error_message ?? "", 200)}`);
      return data.url;
    },

    /** @throws as askJson */
    async templates(): Promise<MemeTemplate[]> {
      const { data } = await askJson(`${urls.templates}/get_memes`, Templates, {
        name: "The template service",
        timeoutMs,
        missing: "The template service has no templates",
      });
      return data.memes.filter((one) => pictureUrl(one.url));
    },
  };
}
export type MemeClient = ReturnType<typeof createMemeClient>;
