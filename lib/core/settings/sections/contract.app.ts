/**
 * The sections that only the mobile app of document 003 shows: for bots, which read them as they read that document's sections.
 * Browser-safe.
 */
import { z } from "zod";
import { Name } from "@/lib/core/contract";
import { bool, id, LemmyCommunity, list, Subreddit, section, text, whole } from "./contract.fields";

/** Points, seconds and the like by name, such as `message_sent`. */
const amounts = (max: number, wording: { title: string; description: string }) =>
  z
    .record(Name(64), z.number().int().min(0).max(max))
    .refine((all) => Object.keys(all).length <= 50, { error: "must name at most 50" })
    .meta(wording);

export const APP_SECTIONS = {
  welcome_texts: section(
    "Welcome replies",
    "For bots: what they answer when somebody presses the welcome button.",
    {
      welcome_button_replies: list(Name(500), 50, {
        title: "Replies",
        description: "Each press gets one of these replies",
      }),
    },
    { welcome_button_replies: ["Welcome!"] },
  ),
  rocket_league_texts: section(
    "Rocket League texts",
    "For bots: how they announce promotions.",
    {
      promotion_config: z
        .object({
          notification_prefix: text(500, { title: "Before the announcement" }),
          embed_title: text(256, { title: "Title" }),
          embed_description: text(2000, { title: "Text", lines: true }),
        })
        .meta({ title: "Announcement" }),
      congrats_replies: list(Name(500), 50, {
        title: "Congratulations",
        description: "Each press of the button gets one of these replies",
      }),
    },
    {
      promotion_config: {
        notification_prefix: "🚀 {user}",
        embed_title: "Rank promotion",
        embed_description: "{user} was promoted to {rank}.",
      },
      congrats_replies: ["Congratulations!"],
    },
  ),
  xp: section(
    "Levels",
    "For bots: how members earn experience points, and what a level takes.",
    {
      activity_xp: amounts(100_000, {
        title: "Points by activity",
        description: "The points that each activity earns",
      }),
      level_calculation: z
        .object({
          base_xp_per_level: whole(1, 1_000_000, { title: "Points for the first level" }),
          xp_multiplier: z.number().min(1).max(10).meta({ title: "Level multiplier" }),
        })
        .meta({ title: "Levels" }),
      cooldowns: amounts(86_400, {
        title: "Cooldowns",
        description: "Seconds until the same activity earns points again",
      }),
    },
    {
      activity_xp: { message_sent: 5, ticket_created: 10, meme_post: 10, game_request: 5 },
      level_calculation: { base_xp_per_level: 100, xp_multiplier: 1.5 },
      cooldowns: { message_cooldown: 60, meme_fetch_cooldown: 30 },
    },
  ),
  daily_meme: section(
    "Daily meme",
    "For bots: when they post the meme of the day, and which.",
    {
      enabled: bool({ title: "Post a meme every day" }),
      hour: whole(0, 23, { title: "Hour" }),
      minute: whole(0, 59, { title: "Minute" }),
      channel_id: id("Channel"),
      role_id: id("Role", "Mentioned in the post"),
      allow_nsfw: bool({ title: "Allow memes marked NSFW" }),
      min_score: whole(0, 1_000_000, { title: "Minimum score" }),
      max_sources: whole(1, 50, { title: "Sources asked each day" }),
      pool_size: whole(1, 500, { title: "Memes to choose from" }),
      use_subreddits: list(Subreddit, 50, {
        title: "Subreddits",
        description: "Leave empty to use all of those in Memes",
      }),
      use_lemmy: list(LemmyCommunity, 50, {
        title: "Lemmy communities",
        description: "Leave empty to use all of those in Memes",
      }),
    },
    {
      enabled: false,
      hour: 12,
      minute: 0,
      channel_id: null,
      role_id: null,
      allow_nsfw: false,
      min_score: 100,
      max_sources: 5,
      pool_size: 50,
      use_subreddits: [],
      use_lemmy: [],
    },
  ),
} as const;
