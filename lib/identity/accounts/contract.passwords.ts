/** Contract of passwords and of the addresses that their links go to. Source: document 000 "Authentication APIs". */
import { z } from "zod";
import { type Operation, Success } from "@/lib/core/contract";
import { Email, Password } from "./contract.shapes";

/** The access that a new password ended, and the other ways into the account that are left. */
const Secured = Success.extend({
  ended: z.object({ sessions: z.number().int(), api_keys: z.number().int() }),
  linked: z
    .array(z.object({ provider: z.string(), username: z.string() }))
    .meta({ description: "Accounts at providers that can still sign in to this account." }),
});
export type Secured = z.infer<typeof Secured>;
export type EndedAccess = Secured["ended"];

export const changePassword = {
  id: "changePassword",
  method: "POST",
  path: "/api/auth/change-password",
  summary: "Change your password",
  description:
    "Ends all your sessions, including this one; with `end_api_keys` also revokes all your API keys. `linked` lists the providers' accounts that can still sign in.",
  document: "000 Authentication APIs: Change Password",
  body: z.object({
    old_password: z.string().min(1).max(256),
    new_password: Password,
    end_api_keys: z.boolean().default(false).meta({ description: "also revokes every API key of the user" }),
  }),
  response: Secured,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "RATE_LIMITED"],
} as const satisfies Operation;

export const forgotPassword = {
  id: "forgotPassword",
  method: "POST",
  path: "/api/auth/forgot-password",
  summary: "Request a password-reset link",
  document: "000 Authentication APIs: Forgot Password",
  body: z.object({ email: Email }),
  response: Success.extend({ message: z.string() }),
  errors: ["INVALID_INPUT", "FORBIDDEN", "RATE_LIMITED"],
  example: {
    body: { email: "ada@example.org" },
    response: { success: true, message: "If email exists, reset link has been sent" },
  },
} as const satisfies Operation;

export const resetPassword = {
  id: "resetPassword",
  method: "POST",
  path: "/api/auth/reset-password",
  summary: "Set a new password with a reset token",
  description:
    "The token works once, for an hour. Ends every session and revokes every API key of the user. `linked` lists the providers' accounts that can still sign in.",
  document: "000 Authentication APIs: Reset Password",
  body: z.object({ token: z.string().trim().min(1).max(256), new_password: Password }),
  response: Secured,
  errors: ["INVALID_INPUT", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;

export const verifyEmail = {
  id: "verifyEmail",
  method: "POST",
  path: "/api/auth/verify-email",
  summary: "Verify an email address with the token from the verification email",
  description: "The token works once, for 24 hours. With `OPEN_SIGNUP=verified` it creates the account.",
  document: "muster",
  body: z.object({ token: z.string().min(1).max(256) }),
  response: Success.extend({ username: z.string(), email: z.string() }),
  errors: ["INVALID_INPUT", "RATE_LIMITED"],
} as const satisfies Operation;

export const resendVerification = {
  id: "resendVerification",
  method: "POST",
  path: "/api/auth/verify-email/send",
  summary: "Send another verification email",
  description: "At most three emails per hour.",
  document: "muster",
  response: Success.extend({ email: z.string() }),
  errors: ["UNAUTHORIZED", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;
