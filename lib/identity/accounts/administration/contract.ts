/** Contract of the administration of accounts by admins. All our own ("muster"). */
import { z } from "zod";
import { type Operation, Success, Time } from "@/lib/core/contract";
import {
  Delivery,
  Email,
  Fullname,
  Role,
  UserId,
  Username,
  UserProfile,
} from "@/lib/identity/accounts/contract.shapes";
import { SessionRow } from "@/lib/identity/accounts/credentials/contract";

/** A link that sets a password. */
const SetLink = z.object({
  link: z.string().nullable().meta({
    description:
      "shown here once; null when it was mailed, which an address that nobody proved gets three times an hour",
  }),
  link_expires_at: Time,
});

export const createUser = {
  id: "createUser",
  method: "POST",
  path: "/api/users",
  proof: "fresh",
  summary: "Create an account for somebody",
  description:
    "The account has no password: its owner chooses one with a link that works once, within seven days. `mail` sends the link to the address; `link` returns it, once, in this response. With `AUTH_PASSWORD=off` it is refused with 409: make an invitation instead.",
  document: "muster",
  body: z.object({
    username: Username,
    email: Email,
    fullname: Fullname.default(""),
    role: Role.default("user"),
    delivery: Delivery.default("link"),
  }),
  response: Success.extend({ user: UserProfile, ...SetLink.shape }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
} as const satisfies Operation;

export const createResetLink = {
  id: "createResetLink",
  method: "POST",
  path: "/api/users/{user_id}/reset-link",
  proof: "fresh",
  summary: "Let a user choose a new password",
  description:
    "Makes a link that works once, within 24 hours. `mail` sends it to the user's address; `link` returns it, once, in this response. The password stays as it is until the link is used. With `AUTH_PASSWORD=off` it is refused with 409.",
  document: "muster",
  params: UserId,
  body: z.object({ delivery: Delivery.default("mail") }),
  response: Success.extend(SetLink.shape),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const listUserSessions = {
  id: "listUserSessions",
  method: "GET",
  path: "/api/users/{user_id}/sessions",
  summary: "List a user's sessions",
  document: "muster",
  params: UserId,
  response: z.object({ sessions: z.array(SessionRow), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const endUserSessions = {
  id: "endUserSessions",
  method: "DELETE",
  path: "/api/users/{user_id}/sessions",
  summary: "End all sessions of a user",
  description: "API keys keep working. Your own session stays when you name yourself.",
  document: "muster",
  params: UserId,
  response: Success.extend({ ended: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const endUserSession = {
  id: "endUserSession",
  method: "DELETE",
  path: "/api/users/{user_id}/sessions/{session_id}",
  summary: "End one session of a user",
  document: "muster",
  params: UserId.extend({ session_id: z.string().max(64) }),
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

const NO_RECEIVER = "must be the number of an account or a team";

export const deleteUser = {
  id: "deleteUser",
  method: "DELETE",
  path: "/api/users/{user_id}/account",
  proof: "fresh",
  summary: "Delete a user's account",
  description:
    "An account that owns bots is deleted only with `delete_bots=true` or with `transfer_to`: 409 names them otherwise. Tickets are kept for the staff under the name of a deleted user.",
  document: "muster",
  params: UserId,
  query: z.object({
    delete_bots: z
      .enum(["true", "false"])
      .default("false")
      .transform((text) => text === "true")
      .meta({ type: "boolean", default: false, description: "also deletes the account's bots and what they stored" }),
    transfer_to: z
      .string()
      .regex(/^[1-9]\d{0,9}$/, { error: NO_RECEIVER })
      .transform(Number)
      .refine((id) => id < 2 ** 31, { error: NO_RECEIVER })
      .optional()
      .meta({ type: "integer", description: "The id of the person or team that gets the account's bots." }),
  }),
  response: Success,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;
