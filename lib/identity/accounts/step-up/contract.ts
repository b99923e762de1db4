/**
 * Contract of step-up: a session proves again who uses it, before it may do what a stolen session must not. All our own
 * ("muster").
 */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import { OneTimeCode } from "@/lib/identity/accounts/contract.shapes";
import { Challenge, PasskeyProof } from "@/lib/identity/accounts/passkeys/contract";

/**
 * The ways in `details.ways` of STEP_UP_REQUIRED. `password` and `otp` are sent together where both are listed; `sign_in`
 * means to sign out and in again, for accounts that have neither a password nor a passkey.
 */
export type StepUpWay = "password" | "otp" | "passkey" | "sign_in";

export const startStepUp = {
  id: "startStepUp",
  method: "POST",
  path: "/api/auth/step-up/challenge",
  summary: "Begin to prove who you are with a passkey",
  document: "muster",
  response: Challenge,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const stepUp = {
  id: "stepUp",
  method: "POST",
  path: "/api/auth/step-up",
  summary: "Prove who you are",
  description:
    "Send your password, with `otp` if the account has a second factor, or a passkey's answer. For fifteen minutes the session may then do what needs a fresh proof.",
  document: "muster",
  body: z
    .object({ password: z.string().min(1).max(256), otp: OneTimeCode, passkey: PasskeyProof })
    .partial()
    .refine(({ password, passkey }) => password !== undefined || passkey !== undefined, {
      path: ["password"],
      error: "is required, unless you send a passkey's answer",
    }),
  response: Success.extend({ valid_until: Time }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;
