/** Contract of the people who came by Discord, as they see one another in document 003's mobile app. */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import { Role } from "./contract";

/** The most members that a list has: the app shows them in one screen. */
export const MEMBERS_MAX = 500;

const Profile = z.object({
  discord_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  role: Role,
  role_name: z.string().nullable(),
  opt_in_roles: z.array(z.string()).meta({ description: "`changelog` and `meme`, where the person has that role." }),
  joined_at: Time.nullable().meta({ description: "When the person joined the Discord server." }),
  created_at: Time,
  rl_rank: z.string().nullable().meta({ description: "The best rank of the linked Rocket League account." }),
  xp: z
    .object({ total_xp: z.number().int(), level: z.number().int() })
    .nullable()
    .meta({ description: "Null while `features.social` is off." }),
  custom_stats: z.null(),
  activity: z.null(),
  notifications: z.object({ changelog_opt_in: z.boolean(), meme_opt_in: z.boolean() }),
});
export type Profile = z.infer<typeof Profile>;
const ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const DISCORD_ERRORS = ["BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"] as const;

export const getOwnProfile = {
  id: "getOwnProfile",
  method: "GET",
  path: "/api/user/profile",
  summary: "Get your profile as members of the Discord server see it",
  document: "original 003: Mobile App",
  response: Success.extend({ profile: Profile }),
  errors: ERRORS,
} as const satisfies Operation;

export const getMemberProfile = {
  id: "getMemberProfile",
  method: "GET",
  path: "/api/users/{user_id}/profile",
  summary: "Get the profile of a person who came by Discord, by the Discord id",
  description: "For staff, and for people who came by Discord themselves.",
  document: "original 003: Mobile App",
  params: z.object({ user_id: z.string().max(32) }),
  response: getOwnProfile.response,
  errors: ERRORS,
} as const satisfies Operation;

const OptIns = z.object({ changelog_opt_in: z.boolean(), meme_opt_in: z.boolean() });
export type OptIns = z.infer<typeof OptIns>;

export const putOptIns = {
  id: "putOptIns",
  method: "PUT",
  path: "/api/user/preferences",
  summary: "Choose what you are mentioned for on Discord",
  description: "Gives you the role of changelogs or memes, or takes it. 409 while the settings name no such role.",
  document: "original 003: Mobile App",
  body: OptIns.partial(),
  response: Success.extend({ message: z.string(), ...OptIns.shape }),
  errors: ["INVALID_INPUT", "CONFLICT", ...ERRORS, ...DISCORD_ERRORS],
} as const satisfies Operation;

export const listGamingMembers = {
  id: "listGamingMembers",
  method: "GET",
  path: "/api/gaming/members",
  summary: "List the people who came by Discord, to play with",
  description: `For staff, and for people who came by Discord themselves. At most ${MEMBERS_MAX}, by name.`,
  document: "original 003: Mobile App",
  response: z.object({
    members: z.array(
      z.object({
        id: z.string(),
        username: z.string(),
        display_name: z.string(),
        avatar_url: z.string().nullable(),
        status: z.enum(["online", "offline"]).meta({ description: "online: signed in here and active." }),
        activity: z.null(),
        using_app: z.boolean(),
      }),
    ),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const requestGame = {
  id: "requestGame",
  method: "POST",
  path: "/api/gaming/request",
  summary: "Ask a member to play, in the gaming channel on Discord",
  description: "409 while the settings name no gaming channel.",
  document: "original 003: Mobile App",
  body: z.object({
    target_user_id: z.string().regex(/^\d{5,20}$/, { error: "must be a Discord id" }),
    game_name: z.string().trim().min(1).max(100),
    message: z.string().trim().max(500).default(""),
  }),
  response: Success.extend({ message: z.string() }),
  errors: ["INVALID_INPUT", "CONFLICT", ...ERRORS, ...DISCORD_ERRORS],
  example: { body: { target_user_id: "222222222222222222", game_name: "Rocket League", message: "hi" } },
} as const satisfies Operation;
