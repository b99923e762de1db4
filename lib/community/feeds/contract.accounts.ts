/** Contract of the Rocket League accounts that people link as their own in document 003's mobile app. Source: the calls of its client. */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import { Platform, Username } from "./contract";

const DOCUMENT = "original 003: Mobile App";
const ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const SERVICE_ERRORS = ["BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"] as const;
const OFF = "404 that names `features.social` while that setting is off.";

const Texts = z.record(z.string(), z.string());

export const listRocketLeagueAccounts = {
  id: "listRocketLeagueAccounts",
  method: "GET",
  path: "/api/rocket-league/accounts",
  summary: "List the linked Rocket League accounts (staff)",
  description: `At most 1,000. ${OFF}`,
  document: DOCUMENT,
  response: z.array(
    z.object({
      ...{ user_id: z.string(), username: z.string(), display_name: z.string(), avatar_url: z.string().nullable() },
      ...{ platform: Platform, rl_username: z.string() },
      ...{ rank_display: Texts, icon_urls: Texts, last_fetched: Time.nullable() },
    }),
  ),
  errors: ERRORS,
} as const satisfies Operation;

export const removeRocketLeagueAccount = {
  id: "removeRocketLeagueAccount",
  method: "DELETE",
  path: "/api/rocket-league/accounts/{discord_id}",
  summary: "Unlink a person's Rocket League account (staff)",
  description: `The player is no longer tracked. ${OFF}`,
  document: DOCUMENT,
  params: z.object({ discord_id: z.string().regex(/^\d{5,20}$/) }),
  response: Success.extend({ message: z.string() }),
  errors: ERRORS,
} as const satisfies Operation;

export const getRocketLeagueAccount = {
  id: "getRocketLeagueAccount",
  method: "GET",
  path: "/api/user/rocket-league/account",
  summary: "Get the Rocket League account that you linked",
  description: OFF,
  document: DOCUMENT,
  response: z.object({
    linked: z.boolean(),
    platform: Platform.nullable(),
    username: z.string().nullable(),
    ranks: Texts,
    last_fetched: Time.nullable(),
  }),
  errors: ERRORS,
} as const satisfies Operation;

export const linkRocketLeagueAccount = {
  id: "linkRocketLeagueAccount",
  method: "POST",
  path: "/api/user/rocket-league/link",
  summary: "Link your Rocket League account, in place of the one before",
  description: `The player is looked up at once, must exist, and is then tracked. ${OFF}`,
  document: DOCUMENT,
  body: z.object({ platform: Platform, username: Username }),
  response: Success.extend({ message: z.string(), platform: Platform, username: z.string() }),
  errors: ["INVALID_INPUT", "CONFLICT", ...ERRORS, ...SERVICE_ERRORS],
} as const satisfies Operation;

export const unlinkRocketLeagueAccount = {
  id: "unlinkRocketLeagueAccount",
  method: "DELETE",
  path: "/api/user/rocket-league/unlink",
  summary: "Unlink your Rocket League account",
  description: `The player is no longer tracked. ${OFF}`,
  document: DOCUMENT,
  response: Success.extend({ message: z.string() }),
  errors: ERRORS,
} as const satisfies Operation;

export const postRocketLeagueStats = {
  id: "postRocketLeagueStats",
  method: "POST",
  path: "/api/user/rocket-league/post-stats",
  summary: "Post the ranks of your linked account to the Rocket League channel on Discord",
  description: `409 while you have linked no account, or the settings name no channel. ${OFF}`,
  document: DOCUMENT,
  // The app sends an empty object, or nothing.
  body: z.object({}),
  response: Success.extend({ message: z.string() }),
  errors: ["INVALID_INPUT", "CONFLICT", ...ERRORS, ...SERVICE_ERRORS],
} as const satisfies Operation;
