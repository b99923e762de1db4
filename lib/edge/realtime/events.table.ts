/**
 * Every message on Socket.IO, on `/ws` and in webhooks, with its shape and who gets it: the source of the events reference.
 * The types demand an entry for each event of a contract, and a test finds names that are sent without one.
 */
import { z } from "zod";
import { NotificationEvent, type NotificationEventName } from "@/lib/community/notifications/contract";
import { TicketCall, TicketEvent, type TicketEventName } from "@/lib/community/tickets/contract.live";
import { Time } from "@/lib/core/contract";
import { ConfigUpdate } from "@/lib/core/settings/contract";
import { reportBotStatus } from "@/lib/fleet/bots/contract.status";
import { SendMessage } from "@/lib/fleet/commands/contract";
import { ackCommand, reportProgress } from "@/lib/fleet/commands/contract.bot";
import { putManifest } from "@/lib/fleet/manifests/contract";
import { postMetrics } from "@/lib/fleet/series/contract";
import { postLogs, postMessages, syncBotData } from "@/lib/fleet/telemetry/contract";
import { ACCESS_EVENT } from "@/lib/identity/teams/contract.constants";
import { ALERT_EVENT, Alert } from "@/lib/operations/alerts/contract";
import { BACKUP_EVENT, BackupUpdate } from "@/lib/operations/backups/contract";
import { Task } from "@/lib/operations/transfers/contract";
import { Batch, ServerEvent, type ServerEventName, Watch } from "./contract";

export type EventRow = { name: string; about: string; shape: z.ZodType };
type About<Name extends string> = Record<Name, string>;

const rows = <Name extends string>(shapes: Record<Name, z.ZodType>, about: About<Name>): EventRow[] =>
  (Object.keys(shapes) as Name[]).map((name) => ({ name, about: about[name], shape: shapes[name] }));

const OF_BOTS: About<ServerEventName> = {
  connection_established: "The socket is connected and its credential accepted.",
  connected: "The same as connection_established, under the name that older pages use.",
  new_log: "A bot stored a log line. To people who see the bot.",
  new_message: "A bot recorded a message. To people who see the bot.",
  bot_update: "A bot was created, changed its status or was changed. To people who see the bot.",
  new_command: "A command was queued. To people who see the bot, and to the bot itself, which confirms it by callback.",
  command_update: "A command was delivered, made progress or was settled. To people who see the bot.",
  message_sent: "The answer to send_message.",
  bot_data_sync: "A bot synced its data. To people who see the bot.",
  bot_instances: "More than one program runs as this bot, or that is over. To people who see the bot.",
  settings_update: "The bot's settings changed. To the bot, and to people who see it.",
  error: "The last message of the client was refused; `code` is one of the API's codes.",
};
const OF_TICKETS: About<TicketEventName> = {
  joined_ticket: "The answer to join_ticket.",
  left_ticket: "The answer to leave_ticket.",
  message_history: "The latest messages of a ticket that was joined.",
  new_message: "A message in a ticket that was joined, or that the bot opened. It has a ticket_id.",
  ticket_update: "A ticket changed. To its room, and to the bot that opened it.",
  user_typing: "A person in the ticket is typing, or has stopped.",
  ticket_read: "A person read the ticket up to a message.",
  ticket_viewers: "Who has the ticket open. To those who answer it, in its room.",
  ticket_list: "These tickets changed: fetch lists and counts again. To those who answer them and the requester.",
};
const OF_PEOPLE: About<NotificationEventName> = {
  notification: "A new entry of the person's inbox.",
  notification_read: "Entries of the inbox were read.",
  broadcast: "An admin's message to everybody.",
};
const TaskUpdate = z.object({ taskId: z.string(), data: Task });

/** From the server to a client of Socket.IO. */
export const SOCKET_EVENTS: readonly EventRow[] = [
  ...rows(ServerEvent, OF_BOTS),
  ...rows(TicketEvent, OF_TICKETS),
  ...rows(NotificationEvent, OF_PEOPLE),
  { name: "batch", about: "Events of watched topics in order, at most one frame per 50 ms.", shape: Batch },
  {
    name: "build",
    about: "The version of the console's pages, so that an older page can offer to reload.",
    shape: z.string(),
  },
  { name: ACCESS_EVENT, about: "The person's rights changed: fetch everything again.", shape: z.undefined() },
  {
    name: "config_update",
    about: "A section of the settings changed. To admins and the bots of admins.",
    shape: ConfigUpdate,
  },
  { name: ALERT_EVENT, about: "An alert was raised or changed. To its owner, or to staff.", shape: Alert },
  { name: BACKUP_EVENT, about: "Progress of a backup or restore. To admins.", shape: BackupUpdate },
  { name: "task_update", about: "A transfer changed. To its owner and staff.", shape: TaskUpdate },
  {
    name: "task_removed",
    about: "A transfer was removed. To its owner and staff.",
    shape: z.object({ taskId: z.string() }),
  },
];

const OF_CALLS: About<keyof typeof TicketCall> = {
  join_ticket: "Joins a ticket's room.",
  leave_ticket: "Leaves a ticket's room.",
  ticket_message: "Writes a message in a ticket.",
  typing: "Says that the caller is typing, or has stopped.",
  mark_read: "Marks a ticket as read.",
};

/** From a client of Socket.IO to the server. */
export const SOCKET_CALLS: readonly EventRow[] = [
  { name: "watch", about: "A person: from now on send batches of these topics.", shape: Watch },
  { name: "send_message", about: "A person: sends the command send_message to a bot.", shape: SendMessage },
  { name: "ack", about: "A bot: settles a command.", shape: ackCommand.params.extend(ackCommand.body.shape) },
  {
    name: "progress",
    about: "A bot: reports progress of a command.",
    shape: reportProgress.params.and(reportProgress.body),
  },
  { name: "log", about: "A bot: stores log lines.", shape: postLogs.body },
  { name: "message", about: "A bot: stores messages.", shape: postMessages.body },
  { name: "metrics", about: "A bot: reports figures for its charts.", shape: postMetrics.body },
  { name: "status", about: "A bot: reports its status.", shape: reportBotStatus.body },
  { name: "manifest", about: "A bot: declares the commands that it understands.", shape: putManifest.body },
  { name: "sync", about: "A bot: syncs its data.", shape: syncBotData.body },
  ...rows(TicketCall, OF_CALLS),
];

const Subscription = z.object({
  type: z.enum(["subscribe", "unsubscribe"]),
  channel: z.enum(["task_updates", "system_metrics"]),
  taskId: z.string().optional(),
});
const Reading = z.object({ type: z.literal("metrics"), data: z.record(z.string(), z.unknown()) });
const Changed = z.object({ type: z.literal("task_update"), taskId: z.string(), data: Task.partial() });
const Answer = z.object({
  type: z.enum(["subscribed", "unsubscribed"]),
  channel: z.string(),
  taskId: z.string().optional(),
});
const Refused = z.object({ type: z.literal("error") }).loose();

/** From the server to a client of `/ws`. */
export const WS_EVENTS: readonly EventRow[] = [
  { name: "task_update", about: "A transfer that was subscribed to changed.", shape: Changed },
  { name: "metrics", about: "A reading of the server's load.", shape: Reading },
  { name: "subscribed", about: "The answer to subscribe and unsubscribe.", shape: Answer },
  { name: "pong", about: "The answer to ping.", shape: z.object({ type: z.literal("pong"), timestamp: Time }) },
  { name: "error", about: "The last message was refused.", shape: Refused },
];

/** From a client of `/ws` to the server. */
export const WS_CALLS: readonly EventRow[] = [
  { name: "subscribe", about: "Begins or ends a subscription.", shape: Subscription },
  { name: "ping", about: "Asks for a pong.", shape: z.object({ type: z.literal("ping") }) },
];

const AlertNote = z.object({
  type: z.enum(["raised", "again", "flapping", "escalated", "resolved", "test"].map((event) => `alert.${event}`)),
  timestamp: Time,
  data: z.object({ alert: Alert, url: z.string() }),
});

/** Requests to addresses that people set. */
export const WEBHOOKS: readonly EventRow[] = [
  {
    name: "alert",
    about: "An alert, to a channel of the kind webhook. Signed as standardwebhooks.com specifies.",
    shape: AlertNote,
  },
];
