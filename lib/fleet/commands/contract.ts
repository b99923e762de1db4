/**
 * Contract of the command queue.
 * Source: document 000 "Commands APIs", "Bot Operations APIs" and "Socket.IO Events"; 001 "Command Lifecycle".
 */
import { z } from "zod";
import {
  AnyObject,
  BotId,
  Cursor,
  JsonList,
  JsonObject,
  type Operation,
  Order,
  OutsideId,
  Time,
  TimeInput,
  WholeNumber,
} from "@/lib/core/contract";
import { ThreadTypeInput } from "@/lib/fleet/telemetry/contract";
import { Sender } from "@/lib/identity/audit/contract.sender";
import { ATTEMPTS_DEFAULT, COMMAND_TYPE_MAX, COMMAND_TYPE_PATTERN } from "./contract.constants";

/** pending -> completed | failed. A settled command never changes again. */
export const CommandStatus = z.enum(["pending", "completed", "failed"]);
export const FailReason = z.enum(["cancelled", "expired", "dead"]);
/** Filters by why commands failed: a reason, the bot's own report, or everything but cancellation by a person. */
export const FailCause = z.enum([...FailReason.options, "reported", "not_cancelled"]).meta({
  description:
    "`cancelled`, `expired`, `dead` (undeliverable), `reported` (the bot said that it failed), or `not_cancelled`: all of these except cancelled commands.",
});
export const CommandType = z
  .string()
  .trim()
  .min(1)
  .max(COMMAND_TYPE_MAX)
  .regex(COMMAND_TYPE_PATTERN, { error: "may not hold control characters" })
  .meta({ example: "send_message" });

/** One instruction queued for one bot. Delivered at least once; its outcome is recorded exactly once. */
export const Command = z
  .object({
    id: z.string().meta({ example: "cmd_mi9x0k2r8f3a7c" }),
    bot_id: BotId,
    type: z.string(),
    payload: AnyObject,
    status: CommandStatus,
    result: AnyObject.nullable(),
    created_at: Time,
    completed_at: Time.nullable(),
    dispatched_at: Time.nullable().meta({ description: "When it was last handed to the bot; null while it waits." }),
    attempts: z.number().int().meta({ description: "How often it was handed out." }),
    lease_expires_at: Time.nullable().meta({
      description: "Until then the bot holds the command; afterwards it is delivered again unless acknowledged.",
    }),
    created_by: z.number().int().nullable(),
    created_by_name: z.string().optional().meta({
      description:
        "The sender's name, visible to staff, to members of the team that owns the bot and to the sender. Only lists and single commands include it.",
    }),
    sender: Sender.optional(),
    priority: z.number().int().meta({ description: "Higher values are delivered first. Default: 0." }),
    run_at: Time.nullable().meta({ description: "The command is not delivered before this time." }),
    expires_at: Time.nullable().meta({
      description: "The command fails as expired unless it is delivered before this time.",
    }),
    max_attempts: z
      .number()
      .int()
      .meta({ description: "Fails as a dead letter when handed out that often without an ack." }),
    reason: FailReason.nullable().meta({ description: "Why it failed, when it was not the bot that said so." }),
    progress: z.number().int().nullable().meta({ description: "0–100, as the bot last reported." }),
    progress_note: z.string().nullable(),
    retry_of: z.string().nullable().meta({ description: "The failed command this one repeats." }),
    shard: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The shard of a sharded bot it is for; null: any program of the bot may take it." }),
    traceparent: z.string().optional().meta({
      description:
        "The span that queued it, as W3C Trace Context writes it, for the bot's own span. Only while the server exports traces.",
    }),
  })
  .meta({ id: "Command" });
export type Command = z.infer<typeof Command>;

export const BotParams = z.object({ bot_id: BotId });
export const CommandParams = z.object({ command_id: z.string().max(128) });
export const CommandList = z.object({ commands: z.array(Command), count: z.number().int() });
const CommandPage = CommandList.extend({ next_cursor: z.string().nullable() });
export const Payload = JsonObject();
export const Settled = z.object({ status: z.literal("ok"), command: Command });

/** Explains to a person where a command is right after it was sent, and how to act on it. */
export const Delivery = z.object({
  state: z.enum(["delivered", "queued", "scheduled", "settled"]),
  online: z.boolean(),
  offline_since: Time.nullable(),
  text: z.string().meta({ example: "queued: offline since 14:02 UTC, expires 15:02 UTC" }),
});
export type Delivery = z.infer<typeof Delivery>;
export const Sent = Settled.extend({ delivery: Delivery });

/** Options of a command's delivery. None of them changes a documented field. */
export const DispatchOptions = z.object({
  priority: z.number().int().min(-100).max(100).default(0),
  expires_in: z.number().int().min(1).max(2_592_000).optional().meta({ description: "seconds" }),
  run_at: TimeInput.refine((text) => Date.parse(text) < Date.now() + 366 * 86_400_000, {
    error: "must be within a year",
  }).optional(),
  max_attempts: z.number().int().min(1).max(100).default(ATTEMPTS_DEFAULT),
  shard: z
    .number()
    .int()
    .min(0)
    .max(16_383)
    .optional()
    .meta({ description: "of a sharded bot: only the program that holds this shard takes it" }),
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error: "may not hold control characters" })
    .optional()
    .meta({ description: "as the header Idempotency-Key: repeating a request with it queues nothing twice" }),
});
export type DispatchOptions = z.infer<typeof DispatchOptions>;

export const sendCommand = {
  id: "sendCommand",
  method: "POST",
  path: "/api/bot/{bot_id}/send-command",
  summary: "Send a command to a bot",
  document: "000 Bot Operations APIs: Send Command to Bot",
  params: BotParams,
  body: z.object({ type: CommandType, payload: Payload.default({}), ...DispatchOptions.shape }),
  response: Sent,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
  example: { body: { type: "send_message", payload: { thread_id: "42", message: "Hello" } } },
} as const satisfies Operation;

/** Document 001's form of the same operation. */
export const sendCmd = {
  ...sendCommand,
  id: "sendCmd",
  method: "POST",
  path: "/api/bot/{bot_id}/cmd",
  document: "001 Command Lifecycle: POST /bot/<id>/cmd",
} as const satisfies Operation;

export const restartBot = {
  id: "restartBot",
  method: "POST",
  path: "/api/bot/{bot_id}/restart",
  summary: "Queue a restart command",
  document: "000 Bot Operations APIs: Restart Bot",
  params: BotParams,
  response: Sent,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "UNAVAILABLE"],
} as const satisfies Operation;

export const stopBot = {
  ...restartBot,
  id: "stopBot",
  method: "POST",
  path: "/api/bot/{bot_id}/stop",
  summary: "Queue a stop command",
  document: "000 Bot Operations APIs: Stop Bot",
} as const satisfies Operation;

export const listBotCommands = {
  id: "listBotCommands",
  method: "GET",
  path: "/api/bot/{bot_id}/commands-history",
  summary: "List a bot's commands, newest first",
  document: "000 Bot Operations APIs: Get Bot Commands History",
  params: BotParams,
  query: z.object({
    limit: WholeNumber(50, 500),
    status: CommandStatus.optional(),
    order: Order("desc"),
    cursor: Cursor,
  }),
  response: CommandPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const listCommands = {
  id: "listCommands",
  method: "GET",
  path: "/api/commands",
  summary: "List the commands you can see, newest first",
  document: "000 Commands APIs: List Commands",
  query: z.object({
    bot_id: BotId.optional(),
    status: CommandStatus.optional(),
    reason: FailCause.optional(),
    type: z.string().max(64).optional(),
    limit: WholeNumber(100, 500),
    order: Order("desc"),
    cursor: Cursor,
  }),
  response: CommandPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const createCommand = {
  id: "createCommand",
  method: "POST",
  path: "/api/commands",
  summary: "Create a command for a bot",
  document: "000 Commands APIs: Create Command",
  body: z.object({ bot_id: BotId, type: CommandType, payload: Payload.default({}), ...DispatchOptions.shape }),
  response: z.object({ status: z.literal("queued"), command: Command, delivery: Delivery }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
} as const satisfies Operation;

export const getCommand = {
  id: "getCommand",
  method: "GET",
  path: "/api/commands/{command_id}",
  summary: "Get a command",
  document: "muster",
  params: CommandParams,
  response: z.object({ command: Command }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const cancelCommand = {
  id: "cancelCommand",
  method: "POST",
  path: "/api/commands/{command_id}/cancel",
  summary: "Cancel a pending command",
  description: "It fails with reason `cancelled`. A bot that is running it is notified, and its late ack is refused.",
  document: "muster",
  params: CommandParams,
  response: Settled,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

/** Socket.IO `send_message` (000, client events): queued as a send_message command. */
export const SendMessage = z.object({
  bot_id: BotId,
  thread_id: OutsideId.refine((id) => id !== "", { error: "may not be empty" }),
  thread_type: ThreadTypeInput,
  message: z.string().min(1).max(20_000),
  attachments: JsonList(50).optional(),
  metadata: JsonObject().optional(),
});

/** Socket.IO `message_sent`, to the sender alone. */
export const MessageSent = z.object({
  status: z.enum(["queued", "error"]),
  command_id: z.string(),
  timestamp: Time,
  error: z.string().optional(),
});

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "command.queued": { command: Command; team_id: number | null };
    /** The command was leased to its bot. */
    "command.leased": { command: Command; team_id: number | null };
    /** `traceparent`: the span in which the bot worked, or that of its request. */
    "command.settled": { command: Command; team_id: number | null; traceparent?: string };
    /** The bot reported progress or extended its lease. */
    "command.progress": { command: Command; team_id: number | null };
    /** The `run_at` of a command has come: the command may be handed out now. */
    "command.due": { bot_id: string; team_id: number | null };
    /**
     * The command was pushed to a bot that has not confirmed it. The bot's HTTP fetch may reach any process, which may
     * then hand it out under the same lease.
     */
    "command.offered": { command: Command; team_id: number | null };
    /** The bot received commands that were offered to all processes. */
    "command.received": { bot_id: string; command_ids: string[] };
  }
}
