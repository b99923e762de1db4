/** Contract of the memes of document 003's mobile app: sources, the generator, and posting to Discord. Source: the calls of its client. */
import { z } from "zod";
import { Name, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { OFF, Person, SOCIAL_DOCUMENT, SOCIAL_ERRORS } from "./contract";

/** The newest memes are kept. */
export const MEMES_MAX = 1_000;
const LATEST_MAX = 100;
export const TEMPLATES_MAX = 200;

const count = z.number().int().min(0);
const FEED_ERRORS = ["BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"] as const;
const POST_ERRORS = ["INVALID_INPUT", "CONFLICT", ...SOCIAL_ERRORS, ...FEED_ERRORS] as const;

const AppMeme = z.object({
  ...{ title: z.string(), url: z.string(), author: z.string(), score: z.number().int(), subreddit: z.string() },
  nsfw: z.boolean(),
  ...{ permalink: z.string(), source: z.string() },
});
export type AppMeme = z.infer<typeof AppMeme>;

export const listMemeSources = {
  id: "listMemeSources",
  method: "GET",
  path: "/api/meme-sources",
  summary: "List the configured sources of memes",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  response: Success.extend({
    sources: z.object({ subreddits: z.array(z.string()), lemmy: z.array(z.string()) }),
  }),
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;

export const getMemeFromSource = {
  id: "getMemeFromSource",
  method: "GET",
  path: "/api/test/meme-from-source",
  summary: "Get a random meme of one configured subreddit or community",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  query: z.object({
    source: z
      .string()
      .max(201)
      .regex(/^[\w.@-]+$/, { error: "must be the name of a subreddit or community" }),
  }),
  response: Success.extend({ meme: AppMeme }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS, ...FEED_ERRORS],
} as const satisfies Operation;

export const getTestMeme = {
  id: "getTestMeme",
  method: "GET",
  path: "/api/test/random-meme",
  summary: "Get a random meme of the configured sources",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  response: getMemeFromSource.response,
  errors: [...SOCIAL_ERRORS, ...FEED_ERRORS],
} as const satisfies Operation;

/** An address of a picture that the bot posts. Discord loads it, this server does not. */
const PictureUrl = z.url({ protocol: /^https$/, error: "must be an https address" }).max(2048);

export const sendMeme = {
  id: "sendMeme",
  method: "POST",
  path: "/api/test/send-meme",
  summary: "Post a meme to the meme channel on Discord",
  description: `${OFF} 409 while the settings name no meme channel.`,
  document: SOCIAL_DOCUMENT,
  body: z.object({
    meme: z.object({
      title: Name(300),
      url: PictureUrl,
      author: z.string().max(100).default(""),
      score: z.number().int().min(-1_000_000_000).max(1_000_000_000).default(0),
      subreddit: z.string().max(201).default(""),
    }),
  }),
  response: Success.extend({ message: z.string(), message_id: z.string() }),
  errors: POST_ERRORS,
  example: {
    body: { meme: { title: "x", url: "https://i.redd.it/one.jpeg", author: "a", score: 1, subreddit: "memes" } },
  },
} as const satisfies Operation;
export type SentMeme = z.output<typeof sendMeme.body>["meme"];

export const sendDailyMeme = {
  id: "sendDailyMeme",
  method: "POST",
  path: "/api/test/daily-meme",
  summary: "Post a random meme as the daily meme now (staff)",
  description: `It goes to the channel of the section \`daily_meme\`, else to the meme channel. 409 while the settings name neither. ${OFF}`,
  document: SOCIAL_DOCUMENT,
  response: sendMeme.response,
  errors: POST_ERRORS,
} as const satisfies Operation;

const Templates = z.object({
  success: z.literal(true),
  templates: z.array(z.object({ id: z.string(), name: z.string(), url: z.string(), box_count: count })),
  count,
});

export const listAppTemplates = {
  id: "listAppTemplates",
  method: "GET",
  path: "/api/meme-generator/templates",
  summary: "List the templates of the meme generator",
  description: `${OFF} At most ${TEMPLATES_MAX}.`,
  document: SOCIAL_DOCUMENT,
  response: Templates,
  errors: [...SOCIAL_ERRORS, ...FEED_ERRORS],
} as const satisfies Operation;

export const refreshTemplates = {
  id: "refreshTemplates",
  method: "POST",
  path: "/api/meme-generator/templates/refresh",
  summary: "Load the templates of the meme generator again",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  response: Templates,
  errors: [...SOCIAL_ERRORS, ...FEED_ERRORS],
} as const satisfies Operation;

const BoxTexts = z.array(z.string().max(200)).min(1).max(20);

export const generateMeme = {
  id: "generateMeme",
  method: "POST",
  path: "/api/meme-generator/generate",
  summary: "Write texts on a template",
  description: `The template service draws the picture, with the account of \`IMGFLIP_USERNAME\` and \`IMGFLIP_PASSWORD\`. 503 while they are not set. ${OFF}`,
  document: SOCIAL_DOCUMENT,
  body: z.object({
    template_id: z.string().regex(/^\d{1,20}$/, { error: "must be the id of a template" }),
    texts: BoxTexts,
  }),
  response: Success.extend({ url: z.string() }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS, ...FEED_ERRORS],
  example: { body: { template_id: "181913649", texts: ["a", "b"] } },
} as const satisfies Operation;

export const sendGeneratedMeme = {
  id: "sendGeneratedMeme",
  method: "POST",
  path: "/api/meme-generator/post-to-discord",
  summary: "Post a generated meme to the meme channel on Discord",
  description: sendMeme.description,
  document: SOCIAL_DOCUMENT,
  body: z.object({ meme_url: PictureUrl, template_name: Name(200), texts: BoxTexts.optional() }),
  response: sendMeme.response,
  errors: POST_ERRORS,
  example: { body: { meme_url: "https://i.imgflip.com/x.jpg", template_name: "Drake", texts: ["a", "b"] } },
} as const satisfies Operation;

const PostedMeme = z.object({
  message_id: z.string(),
  ...{ title: z.string(), image_url: z.string(), url: z.string(), subreddit: z.string(), author: z.string() },
  ...{ score: z.number().int(), type: z.enum(["sent", "generated", "daily"]) },
  posted_by: Person,
  timestamp: Time,
  ...{ upvotes: count, has_upvoted: z.boolean() },
});
export type PostedMeme = z.infer<typeof PostedMeme>;

export const listLatestMemes = {
  id: "listLatestMemes",
  method: "GET",
  path: "/api/hazehub/latest-memes",
  summary: "List the memes that were last posted through this server",
  description: `${OFF} The newest ${MEMES_MAX} are kept.`,
  document: SOCIAL_DOCUMENT,
  query: z.object({ limit: WholeNumber(10, LATEST_MAX) }),
  response: Success.extend({ memes: z.array(PostedMeme), count }),
  errors: ["INVALID_INPUT", ...SOCIAL_ERRORS],
} as const satisfies Operation;

const MemeId = z.object({ meme_id: z.string().regex(/^\d{1,20}$/) });

export const upvoteMeme = {
  id: "upvoteMeme",
  method: "POST",
  path: "/api/memes/{meme_id}/upvote",
  summary: "Upvote a meme that was posted through this server, or take your vote back",
  description: OFF,
  document: SOCIAL_DOCUMENT,
  params: MemeId,
  response: Success.extend({ action: z.enum(["added", "removed"]), upvotes: count, has_upvoted: z.boolean() }),
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;

export const getMemeReactions = {
  id: "getMemeReactions",
  method: "GET",
  path: "/api/memes/{meme_id}/reactions",
  summary: "Get the votes for a meme that was posted through this server",
  description: `${OFF} Reactions on Discord are not read: \`has_discord_upvoted\` is false.`,
  document: SOCIAL_DOCUMENT,
  params: MemeId,
  response: Success.extend({ upvotes: count, has_upvoted: z.boolean(), has_discord_upvoted: z.literal(false) }),
  errors: SOCIAL_ERRORS,
} as const satisfies Operation;
