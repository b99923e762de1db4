/** Contract of what opens an account once: the codes of apps, and login links of the command line. */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { login } from "@/lib/identity/accounts/contract";
import { OneTimeCode } from "@/lib/identity/accounts/contract.shapes";

export const exchangeAppCode = {
  id: "exchangeAppCode",
  method: "POST",
  path: "/api/auth/token",
  summary: "Exchange the code of a sign-in for a token",
  description:
    "For apps that began a sign-in with `response=code`. The code works once, for two minutes, with the verifier of the `code_challenge` (RFC 7636, S256). An account with a second factor answers 401 `SECOND_FACTOR_REQUIRED` until `otp` is sent too.",
  document: "muster",
  body: z.object({
    code: z.string().min(1).max(1024),
    code_verifier: z
      .string()
      .min(43)
      .max(128)
      .regex(/^[\w.~-]+$/, { error: "must be a PKCE verifier" }),
    otp: OneTimeCode.optional(),
  }),
  response: login.response,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "SECOND_FACTOR_REQUIRED", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;

export const signInByLink = {
  id: "signInByLink",
  method: "POST",
  path: "/api/auth/login-link",
  summary: "Sign in with a login link from the server's command line",
  description: "`npm run login-link -- <username>` makes the link on the server. It works once, for ten minutes.",
  document: "muster",
  body: z.object({ token: z.string().min(1).max(1024), otp: OneTimeCode.optional() }),
  response: login.response,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "SECOND_FACTOR_REQUIRED", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;
