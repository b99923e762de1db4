/** Contract of how bots join: they register themselves, and people adopt them. Source: document 001 (bots/register). */
import { z } from "zod";
import { AnyObject, BotId, JsonObject, type Operation, Success, Time } from "@/lib/core/contract";
import { Bot, BotName, BotParams, BotStatus } from "./contract";

/**
 * The code that a bot waiting to join displays, so that a person adopts the right bot, for example XK4M-7QPD. Case and
 * dash do not matter.
 */
const ClaimCode = z
  .string()
  .trim()
  .transform((text) => text.toUpperCase().replace(/^(\w{4})-?(\w{4})$/, "$1-$2"))
  .pipe(z.string().regex(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/, { error: "must look like XK4M-7QPD" }))
  .meta({ example: "XK4M-7QPD" });

export const registerBot = {
  id: "registerBot",
  method: "POST",
  path: "/api/bots/register",
  summary: "Request adoption as a bot",
  description:
    "With a user's or bot's credential it creates or updates that user's bot. Without one it creates an unclaimed bot (at most 50, deleted after 24 h) and returns its token and a claim code. Until it is adopted, that bot can only poll and report its status.",
  document: "001 Data Flow Diagram: 1. Register Bot",
  body: z.object({
    bot_id: BotId.regex(/^[^\s/\\?#%\p{Cc}]+$/u, { error: "may not hold spaces, slashes or control characters" }),
    name: BotName.optional(),
    status: BotStatus.optional(),
    metadata: JsonObject().optional(),
  }),
  response: z.object({
    status: z.literal("ok"),
    bot: z.object({ id: z.string(), name: z.string(), status: z.string(), registered_at: Time, metadata: AnyObject }),
    token: z.string().optional(),
    claim_code: z.string().optional().meta({ description: "while nobody has adopted the bot" }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
  example: { body: { bot_id: "greeter-1", name: "Greeter", status: "online" } },
} as const satisfies Operation;

/** A bot that registered without a credential and waits for a person to adopt it. */
export const JoinRequest = z
  .object({
    bot_id: z.string(),
    name: z.string(),
    status: z.string(),
    origin: z
      .enum(["registered", "open"])
      .meta({ description: "registered through 001's /api/bots/register, or open through 004's /register." }),
    claim_code: z.string(),
    joined_from: z.string().nullable().meta({ description: "Address it registered from." }),
    requested_at: Time,
    expires_at: Time.nullable().meta({ description: "Gone then unless adopted; null for open bots, which stay." }),
    metadata: AnyObject,
  })
  .meta({ id: "JoinRequest" });
export type JoinRequest = z.infer<typeof JoinRequest>;

export const listJoinRequests = {
  id: "listJoinRequests",
  method: "GET",
  path: "/api/join-requests",
  summary: "List bots that request adoption",
  document: "muster",
  response: z.object({ requests: z.array(JoinRequest), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const adoptBot = {
  id: "adoptBot",
  method: "POST",
  path: "/api/join-requests/adopt",
  summary: "Adopt a bot",
  description:
    "You become its owner. Admins can name the bot by its ID; other users need the claim code that the bot shows.",
  document: "muster",
  body: z
    .object({ bot_id: BotId, claim_code: ClaimCode })
    .partial()
    .refine((body) => Boolean(body.bot_id) !== Boolean(body.claim_code), {
      error: "send either bot_id or claim_code",
      path: ["claim_code"],
    }),
  response: Success.extend({ bot: Bot }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED"],
  example: { body: { claim_code: "XK4M-7QPD" } },
} as const satisfies Operation;

export const refuseBot = {
  id: "refuseBot",
  method: "DELETE",
  path: "/api/join-requests/{bot_id}",
  summary: "Reject a bot's adoption request",
  description: "It is deleted and its token stops working. It may register again.",
  document: "muster",
  params: BotParams,
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
