/**
 * Contract of the command queue.
 * Source: document 000 "Commands APIs", "Bot Operations APIs" and "Socket.IO Events"; 001 "Command Lifecycle".
 */
import { z } from "zod";
import { AnyObject, BotId, Cursor, JsonObject, type Operation, Time, WholeNumber } from "@/lib/contract";

/** pending -> completed | failed. A settled command never changes again. */
export const CommandStatus = z.enum(["pending", "completed", "failed"]);
export const CommandType = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]+$/u, { error: "may not hold control characters" })
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
    /** When it was last handed to the bot; null while it waits. */
    dispatched_at: Time.nullable(),
    /** How often it was handed out. */
    attempts: z.number().int(),
    /** Until then it is the bot's; afterwards it is handed out again unless acked. */
    lease_expires_at: Time.nullable(),
    created_by: z.number().int().nullable(),
  })
  .meta({ id: "Command" });
export type Command = z.infer<typeof Command>;

const BotParams = z.object({ bot_id: BotId });
const CommandList = z.object({ commands: z.array(Command), count: z.number().int() });
const CommandPage = CommandList.extend({ next_cursor: z.string().nullable() });
const Sent = z.object({ status: z.literal("ok"), command: Command });
const Payload = JsonObject();

export const sendCommand = {
  summary: "Send a command to a bot",
  document: "000 Bot Operations APIs: Send Command to Bot",
  params: BotParams,
  body: z.object({ type: CommandType, payload: Payload.default({}) }),
  response: Sent,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "UNAVAILABLE"],
  example: { body: { type: "send_message", payload: { thread_id: "42", message: "Hello" } } },
} as const satisfies Operation;

/** 001's drawing of the same operation. */
export const sendCmd = {
  ...sendCommand,
  document: "001 Command Lifecycle: POST /bot/<id>/cmd",
} as const satisfies Operation;

export const restartBot = {
  summary: "Queue a restart command",
  document: "000 Bot Operations APIs: Restart Bot",
  params: BotParams,
  response: Sent,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "UNAVAILABLE"],
} as const satisfies Operation;

export const stopBot = {
  ...restartBot,
  summary: "Queue a stop command",
  document: "000 Bot Operations APIs: Stop Bot",
} as const satisfies Operation;

export const commandsHistory = {
  summary: "A bot's commands, newest first",
  document: "000 Bot Operations APIs: Get Bot Commands History",
  params: BotParams,
  query: z.object({ limit: WholeNumber(50, 500), status: CommandStatus.optional(), cursor: Cursor }),
  response: CommandPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** `state` splits pending for people: queued (waiting), delivered (leased to the bot). */
export const listCommands = {
  summary: "Commands the caller may see, newest first",
  document: "000 Commands APIs: List Commands",
  query: z.object({
    bot_id: BotId.optional(),
    status: CommandStatus.optional(),
    type: z.string().max(64).optional(),
    limit: WholeNumber(100, 500),
    cursor: Cursor,
  }),
  response: CommandPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const createCommand = {
  summary: "Create a command for a bot",
  document: "000 Commands APIs: Create Command",
  body: z.object({ bot_id: BotId, type: CommandType, payload: Payload.default({}) }),
  response: z.object({ status: z.literal("queued"), command: Command }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "UNAVAILABLE"],
} as const satisfies Operation;

export const getCommand = {
  summary: "One command",
  document: "muster",
  params: z.object({ command_id: z.string().max(128) }),
  response: z.object({ command: Command }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const pendingCommands = {
  summary: "Pending commands: the bot leases them, others peek",
  description:
    "Called with the bot's own token it hands out the oldest pending commands and leases them for `lease` seconds; they are not handed out again until the lease ends. `wait` makes it a long poll. A user reads the same list without leasing.",
  document: "000 Commands APIs: Get Pending Commands",
  params: BotParams,
  query: z.object({
    limit: WholeNumber(10, 100),
    wait: WholeNumber(0, 60).meta({ description: "seconds to wait for a command (at most 60)" }),
    lease: z
      .string()
      .regex(/^\d{1,9}$/, { error: "must be a whole number of seconds from 1 to 3600" })
      .transform(Number)
      .refine((seconds) => seconds >= 1 && seconds <= 3600, {
        error: "must be a whole number of seconds from 1 to 3600",
      })
      .default(300)
      .meta({ type: "integer", minimum: 1, maximum: 3600, default: 300 }),
  }),
  response: CommandList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const ackCommand = {
  summary: "Acknowledge a command",
  description: "The first ack wins. Repeating it is 200; contradicting it is 409 with the stored command in details.",
  document: "000 Commands APIs: Acknowledge Command",
  params: z.object({ command_id: z.string().max(128) }),
  body: z.object({
    status: CommandStatus.exclude(["pending"]).default("completed"),
    result: JsonObject(262_144).default({}),
  }),
  maxBody: 524_288,
  response: Sent,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
  example: { body: { status: "completed", result: { message_id: "99" } } },
} as const satisfies Operation;

/** Socket.IO `send_message` (000, client events): queued as a send_message command. */
export const SendMessage = z.object({
  bot_id: BotId,
  thread_id: z.string().min(1).max(256),
  thread_type: z.enum(["GROUP", "USER"]),
  message: z.string().min(1).max(20_000),
  attachments: z.array(z.unknown()).max(50).optional(),
  metadata: JsonObject().optional(),
});

/** Socket.IO `message_sent`, to the sender alone. */
export const MessageSent = z.object({
  status: z.enum(["queued", "error"]),
  command_id: z.string(),
  timestamp: Time,
  error: z.string().optional(),
});

/** Facts this domain announces after a commit; lib/realtime decides who hears them. */
export type CommandEvents = {
  "command.queued": { command: Command; owner_id: number | null };
  /** Handed to its bot under a lease. */
  "command.leased": { command: Command; owner_id: number | null };
  "command.settled": { command: Command; owner_id: number | null };
};
export type AckCommandInput = z.infer<typeof ackCommand.params> & z.infer<typeof ackCommand.body>;
