/**
 * Contract of single sign-on: OpenID Connect and GitHub. All our own ("muster"); sign-in by Discord has document 003's paths
 * (lib/community/discord). Errors have names, so that a page, which receives only the name, shows the JSON reply's text.
 */
import { z } from "zod";
import { type ErrorCode, type Operation, Success } from "@/lib/core/contract";
import { login } from "@/lib/identity/accounts/contract";
import { OneTimeCode } from "@/lib/identity/accounts/contract.shapes";
import { getInvitation } from "@/lib/identity/accounts/invitations/contract";
import { AppResponse, AuthUrl, NextPath, Platform, ReturnQuery } from "./contract.shapes";

/** The problems that `/login?sso_error=` can name, with the code each answers with and its text for people. */
export const PROBLEMS = {
  unknown: ["NOT_FOUND", "This server has no such sign-in provider. Its admin sets providers up in the environment."],
  state: [
    "INVALID_INPUT",
    "This sign-in is not valid any more: it took longer than ten minutes, was used already, or began in another browser. Begin again.",
  ],
  code: ["INVALID_INPUT", "The provider did not accept this sign-in's code. Begin again."],
  denied: ["FORBIDDEN", "You did not allow the sign-in. Nothing was changed."],
  role: [
    "FORBIDDEN",
    "You are in none of the groups that may sign in to this server. Ask its admin to add you to one.",
  ],
  deactivated: ["FORBIDDEN", "This account is deactivated: ask an admin."],
  "second-factor": [
    "SECOND_FACTOR_REQUIRED",
    "This account has two-factor authentication. Sign in on this server's own sign-in page, or use response=code and send otp.",
  ],
  "signup-closed": [
    "FORBIDDEN",
    "Sign-up is closed here: ask the admin for an account, then link your provider to it.",
  ],
  "email-unverified": [
    "FORBIDDEN",
    "The provider does not confirm that your email address is yours. Verify it there and begin again.",
  ],
  "email-taken": [
    "CONFLICT",
    "An account with your email address exists here. Sign in as you did before, then link the provider on the account page.",
  ],
  "invitation-over": [
    "INVALID_INPUT",
    "This invitation is not valid any more: it was used, revoked or has expired. Ask for a new one.",
  ],
  "invitation-address": [
    "FORBIDDEN",
    "This invitation is for another email address than the provider has for you. Continue with the account that has it, or ask for a new invitation.",
  ],
  "team-full": ["CONFLICT", "The team that invited you cannot take another member. Ask the person who invited you."],
  taken: ["CONFLICT", "This identity is linked to somebody else's account here."],
  other: ["CONFLICT", "Your account is linked to another identity of this provider. Unlink that one first."],
  session: ["FORBIDDEN", "The session that began the linking is over. Sign in and begin again."],
  misconfigured: ["BAD_GATEWAY", "The provider refuses this server's own credentials or settings: tell its admin."],
  untrusted: [
    "BAD_GATEWAY",
    "The provider's answer could not be verified. Begin again; if that does not help, tell the admin.",
  ],
  unreachable: [
    "BAD_GATEWAY",
    "The provider could not be reached, or answered with an error. Try again in a few minutes.",
  ],
  timeout: ["GATEWAY_TIMEOUT", "The provider did not answer in time. Try again in a few minutes."],
  "rate-limit": ["RATE_LIMITED", "Too many sign-ins from your address. Try again in a minute."],
  failed: ["UNAVAILABLE", "The sign-in could not be finished. Try again in a minute."],
} as const satisfies Record<string, readonly [ErrorCode, string]>;
export type Problem = keyof typeof PROBLEMS;

/** The text of a problem's name from an address; undefined for anything else. */
export const problemText = (name: unknown): string | undefined =>
  typeof name === "string" && Object.hasOwn(PROBLEMS, name) ? PROBLEMS[name as Problem][1] : undefined;

const ProviderId = z.object({ provider: z.string().max(64).meta({ example: "oidc" }) });
const ProviderName = { id: z.string(), name: z.string() };

const Link = z.object({
  id: z.string(),
  provider: z.string().nullable().meta({ description: "null where the provider is not set up any more" }),
  name: z.string().meta({ description: "the provider's name, for people" }),
  username: z.string(),
});

export const listSsoLinks = {
  id: "listSsoLinks",
  method: "GET",
  path: "/api/auth/sso",
  summary: "Get your identities at sign-in providers, and the providers of this server",
  description: "Discord has a path of its own, `/api/auth/discord`.",
  document: "muster",
  response: z.object({
    providers: z.array(z.object(ProviderName)),
    links: z.array(Link),
    has_password: z.boolean(),
    directory: z.string().nullable().meta({
      description: "The name of the LDAP directory whose password opens the account; null for other accounts",
    }),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type SsoLinks = z.infer<typeof listSsoLinks.response>;

export const startSsoSignIn = {
  id: "startSsoSignIn",
  method: "GET",
  path: "/api/auth/sso/{provider}",
  summary: "Start signing in with a provider",
  description:
    'Open `auth_url` in a browser within ten minutes. For `web` it must be the browser that asked, which is why a cookie comes along (other origins send `credentials: "include"`). With `next`, a path of this server, the sign-in ends there with the session cookie alone; without, at the platform\'s address from the environment, which gets the token.',
  document: "muster",
  params: ProviderId,
  query: z.object({ platform: Platform.default("web"), next: NextPath.optional(), ...AppResponse }),
  response: AuthUrl,
  errors: ["INVALID_INPUT", "NOT_FOUND", "BAD_GATEWAY", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

export const finishSsoSignIn = {
  id: "finishSsoSignIn",
  method: "GET",
  path: "/api/auth/sso/{provider}/callback",
  summary: "Complete the sign-in when the provider redirects back",
  description:
    "The address to register at the provider. Always a redirect (302) when it succeeds. A browser is redirected on failure too; other callers get JSON.",
  document: "muster",
  params: ProviderId,
  query: ReturnQuery.extend({
    iss: z.string().max(2048).optional().meta({ description: "the issuer (RFC 9207)" }),
  }),
  response: z.object({ message: z.string() }),
  errors: [
    "INVALID_INPUT",
    "SECOND_FACTOR_REQUIRED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "BAD_GATEWAY",
    "UNAVAILABLE",
    "GATEWAY_TIMEOUT",
  ],
} as const satisfies Operation;

export const joinAccount = {
  id: "joinAccount",
  method: "POST",
  path: "/api/auth/sso/join",
  summary: "Link an identity that just signed in to the account with its email address",
  description:
    "Follows a sign-in whose verified address belongs to an account here. A cookie holds the identity for ten minutes, or `ticket` does, which a sign-in by the LDAP directory answers as `details.ticket`; the account's password, and its one-time code if it has a second factor, prove the account. Signs in.",
  document: "muster",
  body: z.object({
    password: z.string().min(1).max(256),
    otp: OneTimeCode.optional(),
    ticket: z.string().max(4096).optional().meta({ description: "names the identity where no cookie does" }),
  }),
  response: login.response,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "SECOND_FACTOR_REQUIRED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const startSsoLink = {
  id: "startSsoLink",
  method: "POST",
  path: "/api/auth/sso/{provider}/link",
  summary: "Start linking an identity at a provider to your account",
  proof: "fresh",
  description:
    "Asks for the account's password, unless it has none. Open `auth_url` in the same browser, with the same session, within ten minutes. It ends on the account page.",
  document: "muster",
  params: ProviderId,
  body: z.object({ password: z.string().min(1).max(256).optional() }),
  response: AuthUrl,
  errors: [
    "INVALID_INPUT",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "RATE_LIMITED",
    "BAD_GATEWAY",
    "GATEWAY_TIMEOUT",
  ],
} as const satisfies Operation;

export const startSsoInvitation = {
  id: "startSsoInvitation",
  method: "POST",
  path: "/api/auth/sso/{provider}/invitation",
  summary: "Start accepting an invitation with a provider",
  description:
    "Open `auth_url` in the same browser within ten minutes. Whoever has no account gets one with the role and the team of the invitation, whether sign-up is open or not, and with the address that the provider has verified, which must be the invitation's if that names one. It ends on the team's page or the dashboard. Whoever has an account is signed in and returns to `/invite`; the invitation stays open.",
  document: "muster",
  params: ProviderId,
  body: getInvitation.body,
  response: AuthUrl,
  errors: ["INVALID_INPUT", "NOT_FOUND", "RATE_LIMITED", "BAD_GATEWAY", "GATEWAY_TIMEOUT"],
} as const satisfies Operation;

export const removeSsoLink = {
  id: "removeSsoLink",
  method: "DELETE",
  path: "/api/auth/sso/links/{link_id}",
  summary: "Unlink an identity at a provider",
  proof: "fresh",
  description: "Refused while it is the only way to sign in to the account.",
  document: "muster",
  params: z.object({ link_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;
