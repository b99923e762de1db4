/** Contract of changing an account's email address, which both mailboxes take part in. All our own ("muster"). */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import { Email } from "@/lib/identity/accounts/contract.shapes";

export const PendingAddress = z
  .object({ email: z.string(), requested_at: Time, expires_at: Time })
  .meta({ id: "PendingAddress" });
export type PendingAddress = z.infer<typeof PendingAddress>;

export const getEmailAddress = {
  id: "getEmailAddress",
  method: "GET",
  path: "/api/auth/email",
  summary: "Get your email address and its pending change",
  document: "muster",
  response: z.object({
    email: z.string(),
    verified: z.boolean().meta({ description: "True as well where the server sends no mail to verify by." }),
    pending: PendingAddress.nullable(),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const startEmailChange = {
  id: "startEmailChange",
  method: "POST",
  path: "/api/auth/email",
  summary: "Change your email address",
  description:
    "Mails a link to the new address, which works once, for 24 hours, and a notice to the old one. The address changes when the link is opened; until seven days later the old address can take the change back. A second request replaces the first; at most three an hour. The response is the same for an address that has an account.",
  document: "muster",
  proof: "session",
  body: z.object({ email: Email }),
  response: Success.extend({ pending: PendingAddress, message: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "RATE_LIMITED"],
} as const satisfies Operation;

export const cancelEmailChange = {
  id: "cancelEmailChange",
  method: "DELETE",
  path: "/api/auth/email/pending",
  summary: "Cancel the pending change of your email address",
  description: "The link that was mailed stops working. Does nothing when no change is pending.",
  document: "muster",
  response: Success,
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const confirmEmailChange = {
  id: "confirmEmailChange",
  method: "POST",
  path: "/api/auth/email/confirm",
  summary: "Confirm a new email address with the token from its mail",
  description:
    "The token works once, for 24 hours. Links to the old address, such as those that reset a password, end.",
  document: "muster",
  body: z.object({ token: z.string().min(1).max(256) }),
  response: Success.extend({ username: z.string(), email: z.string() }),
  errors: ["INVALID_INPUT", "RATE_LIMITED"],
} as const satisfies Operation;
