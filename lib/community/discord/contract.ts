/**
 * Contract of signing in by Discord (document 003: Authentication). Errors have names, so that a page, which receives
 * only the name, shows the same text as the JSON reply.
 */
import { z } from "zod";
import { type ErrorCode, type Operation, Success } from "@/lib/core/contract";
import { getInvitation } from "@/lib/identity/accounts/invitations/contract";
import { AppResponse, AuthUrl, NextPath, Platform } from "@/lib/identity/sso/contract.shapes";

/** The problems that `/login?error=` can name, with the code each answers with and its text for people. */
export const PROBLEMS = {
  off: [
    "UNAVAILABLE",
    "Sign-in by Discord is not set up on this server: it needs DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET and, for roles, DISCORD_GUILD_ID.",
  ],
  state: [
    "INVALID_INPUT",
    "This sign-in is not valid any more: it took longer than ten minutes, was used already, or began in another browser. Begin again.",
  ],
  code: ["INVALID_INPUT", "Discord did not accept this sign-in's code. Begin again."],
  denied: ["FORBIDDEN", "You did not allow the sign-in at Discord. Nothing was changed."],
  role: ["FORBIDDEN", "This server lets in members of its Discord guild who have a role there. You have none of them."],
  deactivated: ["FORBIDDEN", "This account is deactivated: ask an admin."],
  "second-factor": [
    "SECOND_FACTOR_REQUIRED",
    "This account has two-factor authentication. Sign in with its password and a code, or on this server's own sign-in page.",
  ],
  "signup-closed": ["FORBIDDEN", "Sign-up is closed here: ask the admin for an account, then link Discord to it."],
  "email-unverified": ["FORBIDDEN", "Your email address is not verified at Discord. Verify it there and begin again."],
  "email-taken": [
    "CONFLICT",
    "An account with your email address exists here. Sign in with its password and link Discord on the account page.",
  ],
  "invitation-over": [
    "INVALID_INPUT",
    "This invitation is not valid any more: it was used, revoked or has expired. Ask for a new one.",
  ],
  "invitation-address": [
    "FORBIDDEN",
    "This invitation is for another email address than Discord has for you. Continue with the account that has it, or ask for a new invitation.",
  ],
  "team-full": ["CONFLICT", "The team that invited you cannot take another member. Ask the person who invited you."],
  taken: ["CONFLICT", "This Discord account is linked to somebody else's account here."],
  other: ["CONFLICT", "Your account is linked to another Discord account. Unlink that one first."],
  session: ["FORBIDDEN", "The session that began the linking is over. Sign in and begin again."],
  misconfigured: ["BAD_GATEWAY", "Discord refuses this server's own credentials or settings: tell its admin."],
  unreachable: ["BAD_GATEWAY", "Discord could not be reached, or answered with an error. Try again in a few minutes."],
  timeout: ["GATEWAY_TIMEOUT", "Discord did not answer in time. Try again in a few minutes."],
  busy: ["UNAVAILABLE", "Discord asks this server to slow down. Try again in a minute."],
  "rate-limit": ["RATE_LIMITED", "Too many sign-ins from your address. Try again in a minute."],
  failed: ["UNAVAILABLE", "The sign-in could not be finished. Try again in a minute."],
} as const satisfies Record<string, readonly [ErrorCode, string]>;
export type Problem = keyof typeof PROBLEMS;

/** The text of a problem's name from an address; undefined for anything else. */
export const problemText = (name: unknown): string | undefined =>
  typeof name === "string" && Object.hasOwn(PROBLEMS, name) ? PROBLEMS[name as Problem][1] : undefined;

export const startDiscordSignIn = {
  id: "startDiscordSignIn",
  method: "GET",
  path: "/api/discord/auth",
  summary: "Start signing in with Discord",
  description:
    'Open `auth_url` in a browser within ten minutes. For `web` it must be the browser that asked, which is why a cookie comes along (other origins send `credentials: "include"`). With `next`, a path of this server, the sign-in ends there with the session cookie alone; without, at the platform\'s address from the environment, which gets the token.',
  document: "003 Authentication: Discord Auth",
  query: z.object({
    platform: Platform.default("web"),
    next: NextPath.optional(),
    ...AppResponse,
  }),
  response: AuthUrl,
  errors: ["INVALID_INPUT", "UNAVAILABLE"],
} as const satisfies Operation;

export const beginDiscordSignIn = {
  id: "beginDiscordSignIn",
  method: "GET",
  path: "/api/discord/begin",
  summary: "Begin the sign-in of document 003's app in a browser",
  description:
    "The app gets this address as `auth_url` and opens it in a browser with `state=mobile` or `state=web`, which says where the sign-in ends. Sets the cookie that binds the sign-in to that browser and redirects (302) to Discord.",
  document: "original 003: Authentication",
  query: z.object({ state: z.enum(["mobile", "web"]), platform: Platform.optional() }),
  response: z.object({ message: z.string() }),
  errors: ["INVALID_INPUT", "UNAVAILABLE"],
} as const satisfies Operation;

export const finishDiscordSignIn = {
  id: "finishDiscordSignIn",
  method: "GET",
  path: "/api/discord/callback",
  summary: "Complete the sign-in when Discord redirects back",
  description:
    "Always a redirect (302) when it succeeds: to the platform's address with the JWT, `#token=` for a web address (a fragment never reaches a server or its log), `?token=` for an app's own scheme. A browser is redirected on failure too, `error=` naming why; other callers get JSON.",
  document: "003 Authentication: Discord Callback",
  query: z.object({
    code: z
      .string()
      .max(512)
      .regex(/^[\w.~-]+$/, { error: "is no code of Discord" })
      .optional(),
    state: z
      .string()
      .max(2048)
      .regex(/^[\w-]+\.[\w-]+$/, { error: "is no state of this server" })
      .optional(),
    platform: Platform.optional(),
    error: z.string().max(64).regex(/^\w+$/, { error: "is no error of Discord" }).optional(),
  }),
  response: z.object({ message: z.string() }),
  errors: [
    "INVALID_INPUT",
    "SECOND_FACTOR_REQUIRED",
    "FORBIDDEN",
    "CONFLICT",
    "BAD_GATEWAY",
    "UNAVAILABLE",
    "GATEWAY_TIMEOUT",
  ],
} as const satisfies Operation;

export const getDiscordLink = {
  id: "getDiscordLink",
  method: "GET",
  path: "/api/auth/discord",
  summary: "Get your linked Discord account",
  document: "muster",
  response: z.object({
    available: z.boolean().meta({ description: "Whether this server offers sign-in by Discord." }),
    linked: z.object({ discord_id: z.string(), username: z.string(), avatar: z.string().nullable() }).nullable(),
    has_password: z.boolean(),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type LinkStatus = z.infer<typeof getDiscordLink.response>;

export const startDiscordLink = {
  id: "startDiscordLink",
  method: "POST",
  path: "/api/auth/discord",
  summary: "Start linking a Discord account to yours",
  description:
    "Open `auth_url` in the same browser, with the same session, within ten minutes. It ends on the account page.",
  document: "muster",
  proof: "fresh",
  response: AuthUrl,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "UNAVAILABLE"],
} as const satisfies Operation;

export const startDiscordInvitation = {
  id: "startDiscordInvitation",
  method: "POST",
  path: "/api/auth/discord/invitation",
  summary: "Start accepting an invitation with Discord",
  description: "As `POST /api/auth/sso/{provider}/invitation`.",
  document: "muster",
  body: getInvitation.body,
  response: AuthUrl,
  errors: ["INVALID_INPUT", "RATE_LIMITED", "UNAVAILABLE"],
} as const satisfies Operation;

export const removeDiscordLink = {
  id: "removeDiscordLink",
  method: "DELETE",
  path: "/api/auth/discord",
  summary: "Unlink your Discord account",
  description: "Refused while the account has no password, because you could no longer sign in.",
  document: "muster",
  proof: "fresh",
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;
