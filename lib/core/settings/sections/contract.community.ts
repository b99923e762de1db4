/** The sections of document 003 "Configuration", with the fields that its mobile app sends beside them. Browser-safe. */
import { z } from "zod";
import { Name } from "@/lib/core/contract";
import { writeJson } from "@/lib/core/format/json";
import { bool, DiscordId, id, LemmyCommunity, list, Subreddit, section, text, whole } from "./contract.fields";

/** A category that bots show of a server. The document leaves further fields to the bot, so they are kept. */
const GuideCategory = z
  .looseObject({
    name: Name(100).meta({ title: "Name" }),
    emoji: z.string().max(64).optional().meta({ title: "Emoji" }),
    description: z.string().max(2000).optional().meta({ title: "Description", lines: true }),
    channel_ids: z.array(DiscordId).max(50).optional().meta({ title: "Channels" }),
  })
  .refine((one) => writeJson(one).length <= 8192, { error: "must be at most 8192 bytes of JSON" });

export const COMMUNITY_SECTIONS = {
  general: section(
    "General",
    "For bots: the name they show in chats and how they recognize commands. It does not rename a bot in Muster.",
    {
      bot_name: Name(100).meta({ title: "Bot name" }),
      command_prefix: z
        .string()
        .regex(/^\S{1,5}$/, { error: "must be 1 to 5 characters without spaces" })
        .meta({ title: "Command prefix", description: "Messages that begin with this prefix are commands" }),
      presence_update_interval: whole(10, 86_400, {
        title: "Presence update",
        description: "How often the bot updates the activity shown next to its name",
        unit: "seconds",
      }),
      message_cooldown: whole(0, 3600, {
        title: "Message cooldown",
        description: "Minimum time between two commands from the same person; 0 for no limit",
        unit: "seconds",
      }),
      fuzzy_matching_threshold: z.number().min(0).max(1).meta({
        title: "Fuzzy matching",
        description: "How closely a mistyped command must match a known one: 0 accepts anything, 1 only an exact match",
      }),
      pink_color: whole(0, 0xffffff, {
        title: "Color of embeds",
        description: "As a number: red × 65536 + green × 256 + blue",
      }),
      embed_footer_text: text(2048, { title: "Footer of embeds" }),
      role_names: z
        .object({
          user: text(100, { title: "User" }),
          mod: text(100, { title: "Moderator" }),
          admin: text(100, { title: "Admin" }),
        })
        .meta({ title: "Names of roles", description: "What document 003's app and your bots call each role" }),
      status_dashboard: z
        .object({
          update_interval_minutes: whole(1, 1440, { title: "Update every", unit: "minutes" }),
          show_monitoring: bool({ title: "Show monitoring" }),
        })
        .meta({ title: "Status dashboard", description: "The status message that a bot keeps up to date" }),
    },
    {
      bot_name: "Muster",
      command_prefix: "!",
      presence_update_interval: 3600,
      message_cooldown: 5,
      fuzzy_matching_threshold: 0.6,
      pink_color: 11_342_935,
      embed_footer_text: "Powered by Haze",
      role_names: { user: "Lootling", mod: "Slot Keeper", admin: "Inventory Master" },
      status_dashboard: { update_interval_minutes: 5, show_monitoring: true },
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
      tickets_category_id: id("Tickets category", "The category in which ticket channels are created"),
      gaming_channel_id: id("Gaming", "Where requests to play together are posted"),
      status_channel_id: id("Status", "Where the status dashboard is kept"),
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
      gaming_channel_id: null,
      status_channel_id: null,
    },
  ),
  roles: section(
    "Roles",
    "Discord roles that the bot recognizes or assigns.",
    {
      admin_role_id: id("Admin"),
      moderator_role_id: id("Moderator"),
      normal_role_id: id("Normal"),
      member_role_id: id("Member"),
      changelog_role_id: id("Changelog", "Mentioned in every changelog post"),
      meme_role_id: id("Memes"),
      interest_role_ids: list(DiscordId, 50, {
        title: "Interest roles",
        description: "Roles that members can give themselves",
      }),
      interest_roles: z
        .record(Name(100), DiscordId)
        .refine((roles) => Object.keys(roles).length <= 50, { error: "must name at most 50 roles" })
        .meta({ title: "Names of interest roles", description: "The name that members see, and its role" }),
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
      default_subreddits: list(Subreddit, 50, { title: "Subreddits", description: "Names without r/" }),
      default_lemmy: list(LemmyCommunity, 50, {
        title: "Lemmy communities",
        description: "community@instance, for example memes@lemmy.world",
      }),
      meme_sources: list(z.enum(["reddit", "lemmy"]), 2, { title: "Sources in use" }),
      templates_cache_duration: whole(0, 2_592_000, {
        title: "Cache templates for",
        description: "How long the list of meme templates is reused before it is loaded again",
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
        title: "Cache ranks for",
        description: "How long a rank is reused before it is looked up again; 0 looks it up every time",
        unit: "seconds",
      }),
    },
    { rank_check_interval_hours: 24, rank_cache_ttl_seconds: 3600 },
  ),
  welcome: section(
    "Welcome",
    "The rules and welcome messages that new members see.",
    {
      rules_text: text(4000, { title: "Rules", lines: true }),
      welcome_messages: list(Name(500), 50, {
        title: "Welcome messages",
        description: "Each new member gets one of these messages",
      }),
    },
    { rules_text: "", welcome_messages: ["Welcome!"] },
  ),
  server_guide: section(
    "Server guide",
    "The guide to your Discord server, by category.",
    {
      categories: z.array(GuideCategory).max(25).meta({
        title: "Categories",
        description:
          "Each needs a name. You can add description, emoji, channel_ids and fields that only your bot reads",
      }),
    },
    { categories: [] },
  ),
  tickets: section(
    "Tickets",
    "Limits, types and automatic closing of tickets.",
    {
      enabled: bool({ title: "Tickets can be opened" }),
      max_open_per_user: whole(1, 100, { title: "Open tickets per user", unit: "tickets" }),
      auto_close_hours: whole(0, 8760, {
        title: "Close when inactive for",
        description: "0 never closes tickets automatically",
        unit: "hours",
      }),
      transcript_enabled: bool({ title: "Keep a transcript of closed tickets" }),
      categories: list(
        Name(50),
        25,
        { title: "Types of ticket", description: "The types that you can choose when you open a ticket" },
        1,
      ),
      auto_delete_after_close_days: whole(0, 3650, {
        title: "Delete the channel of a closed ticket after",
        description: "For your bots. Muster itself keeps closed tickets",
        unit: "days",
      }).nullable(),
      require_claim: bool({ title: "Claim before answering", description: "For your bots, which may insist on it" }),
      send_transcript_email: bool({ title: "Send transcripts by email", description: "For your bots" }),
      transcript_email_address: z
        .string()
        .max(254)
        .regex(/^(?:[^\s@]+@[^\s@]+)?$/, { error: "must be an email address, or empty" })
        .meta({ title: "Address for transcripts", description: "Where your bots send transcripts of closed tickets" }),
    },
    {
      enabled: true,
      max_open_per_user: 3,
      auto_close_hours: 168,
      transcript_enabled: true,
      categories: ["Application", "Bug", "Support"],
      auto_delete_after_close_days: 7,
      require_claim: false,
      send_transcript_email: false,
      transcript_email_address: "",
    },
  ),
} as const;
