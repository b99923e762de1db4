/**
 * Contract of the second factor: codes of an authenticator app (TOTP, RFC 6238) and single-use recovery codes. All our own
 * ("muster"). Signing in with a password and a code is `login` in contract.ts.
 */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import { login } from "@/lib/identity/accounts/contract";
import { OneTimeCode, OwnPassword } from "@/lib/identity/accounts/contract.shapes";

const CurrentPassword = OwnPassword.optional();
const RecoveryCodes = z
  .array(z.string())
  .meta({ description: "each works once in place of a code; they are shown here and never again" });

export const SecondFactor = z
  .object({
    enabled: z.boolean().meta({ description: "an authenticator app is set up" }),
    enabled_at: Time.nullable(),
    passkeys: z.number().int(),
    recovery_codes_left: z.number().int(),
  })
  .meta({ id: "SecondFactor" });
export type SecondFactor = z.infer<typeof SecondFactor>;

/** A way to prove the second factor of a sign-in, as `details.ways` of SECOND_FACTOR_REQUIRED lists them. */
export type SecondWay = "authenticator" | "passkey" | "recovery_code";

export const getSecondFactor = {
  id: "getSecondFactor",
  method: "GET",
  path: "/api/auth/second-factor",
  summary: "Get the state of your second factor",
  document: "muster",
  response: SecondFactor,
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const startSecondFactor = {
  id: "startSecondFactor",
  method: "POST",
  path: "/api/auth/second-factor",
  summary: "Begin to set up an authenticator app",
  description:
    "Responds with a new secret for the app. Sign-ins ask for a code only after the first code was confirmed; until then, beginning again replaces the secret.",
  document: "muster",
  body: z.object({ password: CurrentPassword }),
  response: Success.extend({
    secret: z.string().meta({ description: "base32, to be typed into an app that cannot scan" }),
    uri: z.string().meta({ description: "otpauth:// address, to be shown as a QR code" }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "STEP_UP_REQUIRED", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const confirmSecondFactor = {
  id: "confirmSecondFactor",
  method: "POST",
  path: "/api/auth/second-factor/confirm",
  summary: "Turn the second factor on with a first code",
  description:
    "From then on a sign-in needs a code. Other sessions stay signed in; `DELETE /api/auth/sessions?keep_current=true` ends them.",
  document: "muster",
  body: z.object({ otp: OneTimeCode }),
  response: Success.extend({ recovery_codes: RecoveryCodes }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const replaceRecoveryCodes = {
  id: "replaceRecoveryCodes",
  method: "POST",
  path: "/api/auth/second-factor/recovery-codes",
  summary: "Replace your recovery codes",
  description: "The old codes stop working at once.",
  document: "muster",
  body: z.object({ password: CurrentPassword, otp: OneTimeCode }),
  response: Success.extend({ recovery_codes: RecoveryCodes }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "STEP_UP_REQUIRED", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const createRecoveryCodes = {
  id: "createRecoveryCodes",
  method: "POST",
  path: "/api/auth/recovery-codes",
  summary: "Create new recovery codes",
  description: "For accounts with any second factor, passkeys included. The old codes stop working at once.",
  document: "muster",
  proof: "session",
  response: Success.extend({ recovery_codes: RecoveryCodes }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const removeSecondFactor = {
  id: "removeSecondFactor",
  method: "POST",
  path: "/api/auth/second-factor/remove",
  summary: "Turn your second factor off",
  description: "Other sessions stay signed in; `DELETE /api/auth/sessions?keep_current=true` ends them.",
  document: "muster",
  body: z.object({ password: CurrentPassword, otp: OneTimeCode }),
  response: Success,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "STEP_UP_REQUIRED", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const finishSignIn = {
  id: "finishSignIn",
  method: "POST",
  path: "/api/auth/second-factor/sign-in",
  summary: "Finish a sign-in by a provider with a code",
  description:
    "For accounts with a second factor that signed in with Discord. The browser proves that sign-in by a cookie, which is valid for ten minutes.",
  document: "muster",
  body: z.object({ otp: OneTimeCode }),
  response: login.response,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;

export const resetSecondFactor = {
  id: "resetSecondFactor",
  method: "DELETE",
  path: "/api/users/{user_id}/second-factor",
  summary: "Remove a user's second factor, as an admin",
  description:
    "For a person who lost the authenticator, the passkeys and the recovery codes. Removes all of them, ends the user's sessions and notifies the user.",
  document: "muster",
  proof: "fresh",
  params: z.object({ user_id: z.string().min(1).max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;
