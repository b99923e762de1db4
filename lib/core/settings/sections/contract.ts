/**
 * The sections of the configuration: every field with its type, range, default and the words the form shows.
 * Sources: document 003 "Configuration" (the first eight); document 002 "Configuration Endpoints" (`transfers`,
 * `features`, whose fields keep that document's names). Browser-safe.
 */
import { z } from "zod";
import { Name } from "@/lib/core/contract";
import { writeJson } from "@/lib/core/format/json";
import { bool, bytesOf, DiscordId, id, list, section, text, whole } from "./contract.fields";

/** A category that bots show of a server. The document leaves further fields to the bot, so they are kept. */
const GuideCategory = z
  .looseObject({
    name: Name(100).meta({ title: "Name" }),
    emoji: z.string().max(64).optional().meta({ title: "Emoji" }),
    description: z.string().max(2000).optional().meta({ title: "Description", lines: true }),
    channel_ids: z.array(DiscordId).max(50).optional().meta({ title: "Channels" }),
  })
  .refine((one) => writeJson(one).length <= 8192, { error: "must be at most 8192 bytes of JSON" });

export const SECTIONS = {
  general: section(
    "General",
    "What the bot calls itself and how it listens.",
    {
      bot_name: Name(100).meta({ title: "Bot name" }),
      command_prefix: z
        .string()
        .regex(/^\S{1,5}$/, { error: "must be 1 to 5 characters without spaces" })
        .meta({ title: "Command prefix", description: "What a message begins with to be a command" }),
      presence_update_interval: whole(10, 86_400, {
        title: "Presence update",
        description: "How often the bot renews what it is shown to be doing",
        unit: "seconds",
      }),
      message_cooldown: whole(0, 3600, {
        title: "Message cooldown",
        description: "How long one person waits between two commands; 0 for no wait",
        unit: "seconds",
      }),
      fuzzy_matching_threshold: z.number().min(0).max(1).meta({
        title: "Fuzzy matching",
        description: "How alike a mistyped command must be to count: 0 anything, 1 exactly",
      }),
    },
    {
      bot_name: "HazeBot",
      command_prefix: "!",
      presence_update_interval: 3600,
      message_cooldown: 5,
      fuzzy_matching_threshold: 0.6,
    },
  ),
  channels: section(
    "Channels",
    "Discord channels the bot writes to.",
    {
      log_channel_id: id("Log"),
      changelog_channel_id: id("Changelog"),
      todo_channel_id: id("To-do"),
      rl_channel_id: id("Rocket League", "Where promotions are announced"),
      meme_channel_id: id("Memes"),
      server_guide_channel_id: id("Server guide"),
      welcome_rules_channel_id: id("Welcome: rules"),
      welcome_public_channel_id: id("Welcome: public"),
      transcript_channel_id: id("Ticket transcripts"),
      tickets_category_id: id("Tickets category", "The category ticket channels are made in"),
    },
    {
      log_channel_id: null,
      changelog_channel_id: null,
      todo_channel_id: null,
      rl_channel_id: null,
      meme_channel_id: null,
      server_guide_channel_id: null,
      welcome_rules_channel_id: null,
      welcome_public_channel_id: null,
      transcript_channel_id: null,
      tickets_category_id: null,
    },
  ),
  roles: section(
    "Roles",
    "Discord roles the bot knows or hands out.",
    {
      admin_role_id: id("Admin"),
      moderator_role_id: id("Moderator"),
      normal_role_id: id("Normal"),
      member_role_id: id("Member"),
      changelog_role_id: id("Changelog", "Mentioned when something changed"),
      meme_role_id: id("Memes"),
      interest_role_ids: list(DiscordId, 50, {
        title: "Interest roles",
        description: "Roles members may take for themselves",
      }),
      interest_roles: z
        .record(Name(100), DiscordId)
        .refine((roles) => Object.keys(roles).length <= 50, { error: "must name at most 50 roles" })
        .meta({ title: "Names of interest roles", description: "What members see, and the role it stands for" }),
    },
    {
      admin_role_id: null,
      moderator_role_id: null,
      normal_role_id: null,
      member_role_id: null,
      changelog_role_id: null,
      meme_role_id: null,
      interest_role_ids: [],
      interest_roles: {},
    },
  ),
  meme: section(
    "Memes",
    "Where memes come from.",
    {
      default_subreddits: list(
        z.string().regex(/^\w{2,21}$/, { error: "must be the name of a subreddit, without r/" }),
        50,
        { title: "Subreddits", description: "Names without r/" },
      ),
      default_lemmy: list(
        z.string().regex(/^[\w.-]{1,100}@[\w.-]{1,100}$/, { error: "must look like memes@lemmy.world" }),
        50,
        { title: "Lemmy communities", description: "community@instance, for example memes@lemmy.world" },
      ),
      meme_sources: list(z.enum(["reddit", "lemmy"]), 2, { title: "Sources in use" }),
      templates_cache_duration: whole(0, 2_592_000, {
        title: "Templates are kept",
        description: "How long meme templates are used before they are asked for again",
        unit: "seconds",
      }),
    },
    {
      default_subreddits: ["memes", "dankmemes"],
      default_lemmy: ["memes@lemmy.world"],
      meme_sources: ["reddit", "lemmy"],
      templates_cache_duration: 86_400,
    },
  ),
  rocket_league: section(
    "Rocket League",
    "How often ranks of tracked players are looked up.",
    {
      rank_check_interval_hours: whole(1, 168, { title: "Check ranks every", unit: "hours" }),
      rank_cache_ttl_seconds: whole(0, 86_400, {
        title: "Ranks are kept",
        description: "How long an answer of the rank service is used again; 0 asks every time",
        unit: "seconds",
      }),
    },
    { rank_check_interval_hours: 24, rank_cache_ttl_seconds: 3600 },
  ),
  welcome: section(
    "Welcome",
    "What new members read.",
    {
      rules_text: text(4000, { title: "Rules", lines: true }),
      welcome_messages: list(Name(500), 50, {
        title: "Welcome messages",
        description: "One of them is chosen each time",
      }),
    },
    { rules_text: "", welcome_messages: ["Welcome!"] },
  ),
  server_guide: section(
    "Server guide",
    "What a server offers, by category.",
    {
      categories: z.array(GuideCategory).max(25).meta({
        title: "Categories",
        description: "Each needs a name; description, emoji, channel_ids and fields of your bot's own may follow",
      }),
    },
    { categories: [] },
  ),
  tickets: section(
    "Tickets",
    "Who may open how many tickets, and what becomes of them.",
    {
      enabled: bool({ title: "Tickets can be opened" }),
      max_open_per_user: whole(1, 100, { title: "Open at once, per user", unit: "tickets" }),
      auto_close_hours: whole(0, 8760, {
        title: "Close when silent for",
        description: "0 never closes by itself",
        unit: "hours",
      }),
      transcript_enabled: bool({ title: "Keep a transcript of closed tickets" }),
      categories: list(Name(50), 25, { title: "Types of ticket", description: "What a user chooses from" }, 1),
    },
    {
      enabled: true,
      max_open_per_user: 3,
      auto_close_hours: 168,
      transcript_enabled: true,
      categories: ["Application", "Bug", "Support"],
    },
  ),
  transfers: section(
    "Transfers",
    "How files are downloaded and how long they stay.",
    {
      downloadDir: z
        .string()
        .max(500)
        .regex(/^[^\p{Cc}]*$/u, { error: "must not hold control characters" })
        .refine((path) => !path.split(/[\\/]/).includes(".."), { error: "must not lead upwards" })
        .meta({
          title: "Folder",
          description: "Within the server's folder for downloads; empty for that folder itself",
        }),
      maxConcurrentDownloads: whole(1, 50, { title: "Downloads at once" }),
      maxSplitSize: z
        .string()
        .max(20)
        .refine((size) => bytesOf(size) >= 1_048_576 && bytesOf(size) <= 1024 ** 4, {
          error: "must be a size from 1 MB to 1 TB, such as 2 GB",
        })
        .meta({ title: "Largest part", description: "Larger files are uploaded in parts, for example 2 GB" }),
      autoDeleteDuration: whole(0, 525_600, {
        title: "Delete downloads after",
        description: "0 keeps them",
        unit: "minutes",
      }),
    },
    { downloadDir: "", maxConcurrentDownloads: 5, maxSplitSize: "2 GB", autoDeleteDuration: 0 },
  ),
  features: section(
    "Features",
    "Parts of the server that can be switched off.",
    {
      graphqlApi: bool({ title: "GraphQL", description: "/graphql answers" }),
      pluginSystem: bool({ title: "Plugins", description: "Plugins are loaded and hear what happens" }),
      advancedDashboard: bool({ title: "Advanced dashboard", description: "Charts of tasks and of the machine" }),
      phase1: bool({ title: "Phase 1", description: "Downloads" }),
      phase2: bool({ title: "Phase 2", description: "Alerts and backups" }),
      phase3: bool({ title: "Phase 3", description: "GraphQL and plugins" }),
    },
    {
      graphqlApi: true,
      pluginSystem: true,
      advancedDashboard: true,
      phase1: true,
      phase2: true,
      phase3: true,
    },
  ),
} as const;

export type SectionName = keyof typeof SECTIONS;
/** The values of each section, defaults filled in. */
export type Sections = { [S in SectionName]: z.output<(typeof SECTIONS)[S]["values"]> };
/** The sections of document 003, which bots read too. */
export const BOT_SECTIONS = [
  "general",
  "channels",
  "roles",
  "meme",
  "rocket_league",
  "welcome",
  "server_guide",
  "tickets",
] as const satisfies SectionName[];
export type BotSectionName = (typeof BOT_SECTIONS)[number];
