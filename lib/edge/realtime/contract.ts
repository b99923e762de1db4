/**
 * Contract of Socket.IO: what each event carries. Source: document 000 "Socket.IO Events"; 001 `new_command`.
 * Pages of the console also `watch`: they then get one `batch` frame per 50 ms in place of single events.
 */
import { z } from "zod";
import { AnyObject, Time } from "@/lib/core/contract";
import { Bot } from "@/lib/fleet/bots/contract";
import { BotInstance } from "@/lib/fleet/bots/contract.instances";
import { Command, MessageSent } from "@/lib/fleet/commands/contract";
import { Log, Message } from "@/lib/fleet/telemetry/contract";

/**
 * The `new_log` that follows each `new_message`: the first manager page of document 000 shows chat messages, but listens to
 * `new_log` alone. Batches do not have it.
 */
export const MessageLog = z.object({
  type: z.literal("message"),
  message: z.string(),
  timestamp: Time,
  metadata: AnyObject,
  bot_id: z.string(),
});

export const ServerEvent = {
  connection_established: z.object({ status: z.literal("connected"), client_id: z.string(), timestamp: Time }),
  connected: z.object({ status: z.literal("connected"), client_id: z.string(), timestamp: Time }),
  new_log: Log,
  /** A message a bot saw. Document 003 has an event of this name for tickets (lib/community/tickets/contract.live): that one has a `ticket_id`. */
  new_message: Message,
  bot_update: z.object({
    action: z.enum(["register", "status_update", "update", "delete", "data_sync"]),
    bot_id: z.string(),
    status: z.string(),
    data: AnyObject,
    bot: Bot,
  }),
  new_command: Command,
  command_update: Command,
  message_sent: MessageSent,
  bot_data_sync: z.object({ bot_id: z.string(), data: AnyObject }),
  /** More than one program runs as this bot. A single entry means that the conflict is over. */
  bot_instances: z.object({ bot_id: z.string(), conflict: z.boolean(), instances: z.array(BotInstance) }),
  settings_update: z.object({ bot_id: z.string(), settings: AnyObject, version: z.number().int() }),
  error: z.object({ message: z.string(), code: z.string().optional(), details: AnyObject.optional() }),
};
export type ServerEventName = keyof typeof ServerEvent;
export type ServerEventData<E extends ServerEventName> = z.infer<(typeof ServerEvent)[E]>;

/** Topics a page may watch. */
export const Topic = z.enum(["bots", "commands", "logs", "messages"]);
export type Topic = z.infer<typeof Topic>;

/** `watch` (client → server): from now on send batches of these topics; `bot_id` narrows to one bot. Empty topics end it. */
export const Watch = z.object({ topics: z.array(Topic).max(4), bot_id: z.string().max(128).optional() });
export type Watch = z.infer<typeof Watch>;

/** `batch` (server → client): events in order; `dropped` says how many more there were in that span. */
export const Batch = z.object({ events: z.array(z.tuple([z.string(), z.unknown()])), dropped: z.number().int() });
export type Batch = z.infer<typeof Batch>;
