/** Contract of retrying failed commands, and of sending one command to many bots. */
import { z } from "zod";
import { BotId, Cursor, type Operation } from "@/lib/core/contract";
import { BotCursor, BotFilter } from "@/lib/fleet/bots/contract";
import { Command, CommandParams, CommandType, Delivery, DispatchOptions, FailCause, Payload, Sent } from "./contract";
import { BULK_MAX, LEFT_MAX } from "./contract.constants";

export const retryCommand = {
  id: "retryCommand",
  method: "POST",
  path: "/api/commands/{command_id}/retry",
  summary: "Retry a failed command",
  description:
    "Creates a new command that refers to the old one in `retry_of`, because a settled command never changes.",
  document: "muster",
  params: CommandParams,
  response: Sent,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

const Outcome = z.object({
  bot_id: z.string(),
  status: z.enum(["queued", "error"]),
  command: Command.optional(),
  delivery: Delivery.optional(),
  error: z.string().optional(),
  code: z.string().optional(),
});

/** One answer covers at most BULK_MAX commands or bots, and says when others were left. */
const Next = z.object({
  next_cursor: z.string().nullable().optional().meta({
    description: "Send it as `cursor` to continue with those that this call left; null when it left none.",
  }),
});

export const retryFailedCommands = {
  id: "retryFailedCommands",
  method: "POST",
  path: "/api/commands/retry-failed",
  summary: "Retry failed commands",
  description:
    "Starts with the newest. Repeated calls retry each command at most once. Commands that a person cancelled are retried only with the reason `cancelled`.",
  document: "muster",
  body: z.object({
    bot_id: BotId.optional(),
    type: z.string().max(64).optional(),
    reason: FailCause.default("not_cancelled"),
    limit: z.number().int().min(1).max(BULK_MAX).default(100),
    cursor: Cursor,
  }),
  response: z.object({
    results: z.array(Outcome),
    count: z.number().int(),
    left: z
      .number()
      .int()
      .optional()
      .meta({ description: `Counted up to ${LEFT_MAX}.` }),
    ...Next.shape,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** Chooses bots for a command: those that the sender sees and that match every part. */
export const ChosenBots = BotFilter.extend({ search: z.string().trim().min(1).max(100).optional() });

export const sendBulkCommand = {
  id: "sendBulkCommand",
  method: "POST",
  path: "/api/commands/bulk",
  summary: "Send one command to many bots",
  description: `To a selection (\`bot_ids\`) or to all bots that fit a filter; at most ${BULK_MAX} at a time. Each bot has its own outcome. \`left\` is the number of fitting bots that are not done yet; repeat the call with \`cursor\` until it is 0.`,
  document: "muster",
  body: z
    .object({
      bot_ids: z.array(BotId).min(1).max(BULK_MAX).optional(),
      filter: ChosenBots.optional(),
      cursor: BotCursor.optional().meta({ description: "with `filter`: next_cursor of the answer before" }),
      type: CommandType,
      payload: Payload.default({}),
      ...DispatchOptions.shape,
    })
    .refine((body) => Boolean(body.bot_ids) !== Boolean(body.filter), {
      error: "send either bot_ids or filter",
      path: ["bot_ids"],
    }),
  response: z.object({
    results: z.array(Outcome),
    count: z.number().int(),
    queued: z.number().int(),
    left: z.number().int().optional(),
    ...Next.shape,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
