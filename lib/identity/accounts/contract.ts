/**
 * Contract of accounts: users, signing in and out. Passwords and verified addresses: contract.passwords.ts. Sessions and API
 * keys: credentials/contract.ts.
 * Source: document 000 "Authentication APIs" and "User Management APIs"; 001 "Authentication & Authorization Hierarchy".
 */
import { z } from "zod";
import { EditedVersion, Ignored, type Operation, Success, TimeZone, Version } from "@/lib/core/contract";
import { PendingAddress } from "./addresses/contract";
import {
  CurrentUser,
  Email,
  Fullname,
  Member,
  OneTimeCode,
  OwnPassword,
  Password,
  PublicUser,
  Role,
  type SecuredChange,
  UserId,
  Username,
  UserProfile,
  UserRow,
} from "./contract.shapes";

export { CurrentUser, Email, Member, Password, PublicUser, Role, UserId, Username, UserProfile, UserRow };

export const registerAccount = {
  id: "registerAccount",
  method: "POST",
  path: "/api/auth/register",
  summary: "Register a user account",
  document: "000 Authentication APIs: Register User",
  description:
    "With `OPEN_SIGNUP=verified` the account is created when the link in the email is opened, and the response is the same for an address that already has an account.",
  body: z.object({ username: Username, email: Email, password: Password, fullname: Fullname.optional() }),
  response: Success.extend({
    message: z.string(),
    verification_required: z
      .boolean()
      .meta({ description: "the account is created when the link in the email is opened" }),
  }),
  errors: ["INVALID_INPUT", "FORBIDDEN", "RATE_LIMITED"],
  example: {
    body: { username: "ada", email: "ada@example.org", password: "correct horse battery", fullname: "Ada L." },
    response: { success: true, message: "Registration successful", verification_required: false },
  },
} as const satisfies Operation;

export const login = {
  id: "login",
  method: "POST",
  path: "/api/auth/login",
  summary: "Sign in",
  description:
    "Accepts a username or an email address. Sets the `session_token` cookie (HttpOnly, 7 days). An account with a second factor answers 401 `SECOND_FACTOR_REQUIRED` until `otp` is sent too; `details.ways` says which ways are open: `authenticator`, `recovery_code`, `passkey`. Where the server has an LDAP directory, its usernames and passwords sign in too; 409 `CONFLICT` with `details.ticket` means that an account with the same address has to be linked first (`POST /api/auth/sso/join`).",
  document: "000 Authentication APIs: Login User",
  body: z.object({
    username: z.string().normalize("NFKC").min(1).max(254),
    password: z.string().min(1).max(256),
    otp: OneTimeCode.optional().meta({
      description: "a code of the authenticator app, or a recovery code, if the account has a second factor",
    }),
  }),
  response: Success.extend({
    message: z.string(),
    token: z.string().meta({ description: "JWT (HS256, 7 days), ended by logout" }),
    user: PublicUser,
    role: Role,
    discord_id: z.string().nullable(),
    permissions: z.array(z.string()),
  }),
  errors: [
    "INVALID_INPUT",
    "UNAUTHORIZED",
    "SECOND_FACTOR_REQUIRED",
    "FORBIDDEN",
    "CONFLICT",
    "RATE_LIMITED",
    "UNAVAILABLE",
  ],
  example: { body: { username: "ada", password: "correct horse battery" } },
} as const satisfies Operation;

export const refreshToken = {
  id: "refreshToken",
  method: "POST",
  path: "/api/auth/refresh",
  summary: "Replace the session with a new one",
  description:
    "Responds like a sign-in. The old token and cookie stop working at once. You must sign in again 30 days after the original sign-in.",
  document: "original 003: Authentication",
  response: login.response,
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const logout = {
  id: "logout",
  method: "POST",
  path: "/api/auth/logout",
  summary: "Sign out",
  document: "000 Authentication APIs: Logout User",
  response: Success.extend({ message: z.string() }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const getMe = {
  id: "getMe",
  method: "GET",
  path: "/api/auth/me",
  summary: "Get the signed-in user",
  document: "000 Authentication APIs: Get Current User",
  description:
    "`user` is document 000's. The fields beside it are document 003's: `discord_id` is `legacy_user` and `auth_type` `legacy` where no Discord account is linked.",
  response: z.object({
    user: CurrentUser.extend({
      phone: z.string().nullable(),
      birthday: z.string().nullable(),
      gender: z.string().nullable(),
      time_zone: UserProfile.shape.time_zone,
      clock: UserProfile.shape.clock,
      version: Version,
    }),
    discord_id: z.string(),
    role: Role,
    role_name: z.string(),
    permissions: z.array(z.string()),
    auth_type: z.enum(["discord", "legacy"]),
    avatar_url: z.string().nullable(),
    phone: z.string().nullable(),
    birthday: z.string().nullable(),
    gender: z.string().nullable(),
  }),
  etag: "user.version",
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const verifyToken = {
  id: "verifyToken",
  method: "GET",
  path: "/api/auth/verify-token",
  summary: "Check whether a credential is valid",
  description:
    "Responds with 200 or 401, for example for nginx's auth_request. Accepts a cookie, JWT or API key. The response headers X-Muster-User and X-Muster-Role name the user and role for auth_request_set.",
  document: "003 Authentication: Verify Token",
  response: z.object({
    valid: z.literal(true),
    user_id: z.string(),
    username: z.string(),
    discord_id: z.string().nullable(),
    role: Role,
    permissions: z.array(z.string()),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

/** Verifies a token by POST: document 003 defines both methods. */
export const verifyTokenByPost = {
  ...verifyToken,
  id: "verifyTokenByPost",
  method: "POST",
} as const satisfies Operation;

export const getCurrentMember = {
  id: "getCurrentMember",
  method: "GET",
  path: "/api/users/me",
  summary: "Get the signed-in user in the format of document 003",
  document: "003 User Management: Get Current User",
  response: Member,
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const updateProfile = {
  id: "updateProfile",
  method: "POST",
  path: "/api/auth/update-profile",
  summary: "Update your profile",
  description:
    "Changes only the fields that you send. An empty text clears a field. Another `email` than the stored one begins a change of address, as `POST /api/auth/email` does, and needs a fresh proof; `email_change` says so.",
  document: "000 Authentication APIs: Update Profile",
  body: z
    .object({
      fullname: Fullname,
      phone: z
        .string()
        .trim()
        .max(32)
        .regex(/^[+\d() .-]*$/, { error: "is not a phone number" }),
      birthday: z.union([z.literal(""), z.iso.date({ error: "must be a date such as 1990-12-31" })]),
      gender: z.string().trim().max(32),
      time_zone: z.union([z.literal(""), TimeZone]),
      clock: z.enum(["", "12h", "24h"]),
      email: z.string().trim().max(254),
      version: EditedVersion,
    })
    .partial(),
  response: Success.extend({
    version: Version,
    ignored: Ignored,
    email_change: PendingAddress.optional().meta({ description: "the change of address that waits for its link" }),
  }),
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "STEP_UP_REQUIRED", "RATE_LIMITED"],
} as const satisfies Operation;
/** The fields of a profile that its owner changes. */
export type ProfileChange = Omit<z.output<typeof updateProfile.body>, "version" | "email">;

export const deleteAccount = {
  id: "deleteAccount",
  method: "POST",
  path: "/api/auth/delete-account",
  summary: "Delete your account and everything it owns",
  description:
    "Your tickets are closed and kept for the staff under the name of a deleted user; `erase_tickets` removes them too. Your bots are deleted with the account; with `delete_bots: false` 409 names them instead, and nothing is deleted. `transfer_to` gives them to somebody else.",
  document: "000 Authentication APIs: Delete Account",
  body: z.object({
    password: OwnPassword.optional(),
    erase_tickets: z.boolean().default(false).meta({ description: "also removes the account's tickets" }),
    delete_bots: z.boolean().default(true).meta({ description: "false: refuse while the account owns bots" }),
    transfer_to: z
      .number()
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional()
      .meta({ description: "The id of the person or team that gets your bots. They are not deleted then." }),
  }),
  response: Success,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "STEP_UP_REQUIRED", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const getUser = {
  id: "getUser",
  method: "GET",
  path: "/api/users/{user_id}",
  summary: "Get a user's profile (your own, or any as an admin)",
  description: "`user` has the format of document 000; the other fields have that of document 003.",
  document: "000 User Management APIs: Get User Details",
  params: UserId,
  response: Member.extend({ user: UserProfile }),
  etag: "user.version",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const updateUser = {
  id: "updateUser",
  method: "PATCH",
  path: "/api/users/{user_id}",
  summary: "Change a user's role, or activate or deactivate them",
  description:
    "Ends the user's sessions, so that the new rights apply at once. The last active admin cannot be demoted.",
  document: "muster",
  proof: "fresh",
  params: UserId,
  body: z.object({ role: Role, is_active: z.boolean(), version: EditedVersion }).partial(),
  response: Success.extend({ user: UserProfile }),
  update: "closed",
  etag: "user.version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const claimSetup = {
  id: "claimSetup",
  method: "POST",
  path: "/api/setup",
  summary: "Set up a new server by creating its first admin",
  description:
    "Requires the one-time token of the setup link that is printed at the first start. Signs the new admin in.",
  document: "muster",
  body: z.object({ token: z.string().trim().min(1).max(256), username: Username, email: Email, password: Password }),
  response: login.response,
  errors: ["INVALID_INPUT", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /**
     * Sessions, keys or rights of a user ended. Sockets with those credentials are disconnected, and cached identities
     * are dropped.
     */
    "access.revoked": { user_id: number; session_id?: string; key_id?: string };
    "user.deleted": { user_id: number };
    /**
     * A way to sign in to the account was changed, or somebody signed in or tried to in a new way. Its owner is notified,
     * in case it was somebody else.
     */
    "account.secured": {
      user_id: number;
      change: SecuredChange;
      /** The name of the Discord account, key, device, role or address; empty for the rest. */
      name: string;
    };
  }
}
