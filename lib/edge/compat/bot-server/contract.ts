/**
 * Contract of document 004, "Bot Management Server": seven endpoints at the root of the origin, a view of the same bots
 * and the same queue in words of their own. Its error texts are exact: clients compare them.
 */
import { z } from "zod";
import { AnyObject, anyObject, isEmptyOrVisible, type Operation, Time, VISIBLE_RULE } from "@/lib/core/contract";
import { withoutDirection } from "@/lib/core/contract.names";

/** A required text of 004: missing, empty and of another type each have their own words. */
const required = (field: string, max: number) =>
  z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `Missing required field: ${field}`
          : input === null
            ? `Field '${field}' cannot be empty`
            : `Field '${field}' must be a string`,
    })
    .trim()
    .min(1, { error: `Field '${field}' cannot be empty` })
    .max(max, { error: `Field '${field}' must have at most ${max} characters` });
const given = (field: string) =>
  z
    .string({ error: `Field '${field}' must be a string` })
    .trim()
    .max(128, { error: `Field '${field}' must have at most 128 characters` });
const optional = (field: string) => given(field).nullish();
/** NameOrEmpty, in the words of 004. */
const BotName = given("name")
  .refine(isEmptyOrVisible, { error: `Field 'name' ${VISIBLE_RULE}` })
  .overwrite(withoutDirection)
  .trim()
  .nullish();

const BotId = required("bot_id", 128)
  .regex(/^[^\s/\\?#%\p{Cc}]+$/u, { error: "Field 'bot_id' may not hold spaces, slashes or control characters" })
  .meta({ example: "my_bot_001" });
const BotParams = z.object({ bot_id: z.string().min(1).max(128) });
const Done = z.object({ status: z.literal("success"), message: z.string() });
const small = (value: unknown, max = 65_536) => JSON.stringify(value).length <= max;

export const getBotServerHealth = {
  id: "getBotServerHealth",
  method: "GET",
  path: "/health",
  summary: "Check the server's health",
  description:
    "`registered_bots` counts the bots the caller may see; without a credential, those registered in open mode.",
  document: "004 Bot Management Server: GET /health",
  response: z.object({
    status: z.literal("healthy"),
    version: z.string(),
    timestamp: Time,
    registered_bots: z.number().int(),
  }),
  errors: [],
} as const satisfies Operation;

export const registerOpenBot = {
  id: "registerOpenBot",
  method: "POST",
  path: "/register",
  summary: "Register a bot, or replace its record",
  description:
    "Additional fields are stored as metadata. A bot that registers again keeps its queue. A bot that registers without a credential (open mode) receives a claim code with which a person can adopt it.",
  document: "004 Bot Management Server: POST /register",
  body: z
    .looseObject({ bot_id: BotId, name: BotName, version: optional("version"), status: optional("status") })
    .refine((body) => small(body), { error: "The record must be at most 65536 bytes of JSON" }),
  response: Done.extend({ bot_id: z.string(), token: z.string().optional(), claim_code: z.string().optional() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
  example: { body: { bot_id: "my_bot_001", name: "My First Bot", version: "1.0.0", status: "active" } },
} as const satisfies Operation;

export const sendOpenCommand = {
  id: "sendOpenCommand",
  method: "POST",
  path: "/command",
  summary: "Send a command to a bot",
  document: "004 Bot Management Server: POST /command",
  body: z
    .looseObject({
      bot_id: required("bot_id", 128),
      command: required("command", 64).regex(/^[^\p{Cc}]+$/u, {
        error: "Field 'command' may not hold control characters",
      }),
      params: anyObject("Field 'params' must be an object").nullish(),
    })
    .refine((body) => small(body.params ?? {}), { error: "Field 'params' must be at most 65536 bytes of JSON" }),
  response: Done.extend({ command: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
  example: { body: { bot_id: "my_bot_001", command: "start_monitoring", params: { interval: 30 } } },
} as const satisfies Operation;

/** A queued command as 004 shows it; `params` only when some were sent. */
const BsCommand = z.object({
  command: z.string(),
  timestamp: Time,
  status: z.literal("pending"),
  params: AnyObject.optional(),
});
export type BsCommand = z.infer<typeof BsCommand>;

export const fetchOpenCommands = {
  id: "fetchOpenCommands",
  method: "GET",
  path: "/commands/{bot_id}",
  summary: "List a bot's pending commands",
  description: "Commands stay in the list until they are cleared. Reading it counts as a heartbeat of the bot.",
  document: "004 Bot Management Server: GET /commands/<bot_id>",
  params: BotParams,
  response: z.object({ status: z.literal("success"), bot_id: z.string(), commands: z.array(BsCommand) }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const clearOpenCommands = {
  id: "clearOpenCommands",
  method: "POST",
  path: "/commands/{bot_id}/clear",
  summary: "Clear a bot's commands",
  description:
    "Completes the commands that the bot's last GET returned, so that a command which arrived later is not lost. Without a GET since the last clear, completes all pending commands.",
  document: "004 Bot Management Server: POST /commands/<bot_id>/clear",
  params: BotParams,
  response: Done.extend({ cleared_count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** `name`, `version` and `status` as the bot last sent them, when it did. */
const BsBot = z.object({
  bot_id: z.string(),
  registered_at: Time,
  last_seen: Time,
  pending_commands: z.number().int(),
  name: z.string().optional(),
  version: z.string().optional(),
  status: z.string().optional(),
});
export type BsBot = z.infer<typeof BsBot>;

export const listOpenBots = {
  id: "listOpenBots",
  method: "GET",
  path: "/bots",
  summary: "List registered bots",
  description: "Lists the bots you can see. In open mode an anonymous caller sees those registered anonymously.",
  document: "004 Bot Management Server: GET /bots",
  response: z.object({ status: z.literal("success"), bots: z.array(BsBot), total_count: z.number().int() }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const unregisterOpenBot = {
  id: "unregisterOpenBot",
  method: "DELETE",
  path: "/bots/{bot_id}",
  summary: "Unregister a bot",
  description:
    "The bot, its queue and its history are deleted. A bot that has an owner and unregisters itself goes offline instead: only a person's credential deletes it.",
  document: "004 Bot Management Server: DELETE /bots/<bot_id>",
  params: BotParams,
  response: Done,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
