/**
 * Contract of notifications. Source: document 003 "Notifications" and "admin/broadcast"; the inbox, Web Push, preferences
 * and the record of deliveries are our own ("muster"). Devices and the outcomes of deliveries to them: contract.devices.ts.
 */
import { z } from "zod";
import { Cursor, EditedVersion, Name, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";
import { INBOX_MAX } from "./contract.constants";

/** The kinds of notification. Callers of `notify` name one of these. */
export const Kind = z.enum([
  "ticket_opened",
  "ticket_reply",
  "ticket_changed",
  "bot_offline",
  "command_failed",
  "task",
  "alert",
  "plugin",
  "rank",
  "broadcast",
  "security",
]);
export type Kind = z.infer<typeof Kind>;

/** Ways a notification travels. `in_app` is the inbox with its live events. */
export const Channel = z.enum(["in_app", "web_push", "fcm", "email"]);
export type Channel = z.infer<typeof Channel>;

export const Priority = z.enum(["low", "normal", "high"]);
export type Priority = z.infer<typeof Priority>;

export const Notification = z
  .object({
    id: z.string(),
    kind: Kind,
    title: z.string(),
    body: z.string(),
    url: z.string().nullable().meta({ description: "Where it leads, as a path of this console; null when nowhere." }),
    priority: Priority,
    count: z.number().int().meta({ description: "Events it stands for: a burst about one thing is one notification." }),
    created_at: Time,
    read_at: Time.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

const Unread = z.object({ unread_count: z.number().int() });
export const Told = Success.extend({ message: z.string() });
const NotificationParams = z.object({ notification_id: z.string().min(1).max(64) });
export const OWN = ["UNAUTHORIZED", "FORBIDDEN"] as const;
export const Title = Name(200);
export const Text = z.string().trim().min(1).max(4000);

export const listNotifications = {
  id: "listNotifications",
  method: "GET",
  path: "/api/notifications",
  summary: "List the notifications in your inbox, newest first",
  description: `An inbox keeps the newest ${INBOX_MAX} of the last 90 days. \`limit\` is at most 100.`,
  document: "muster",
  query: z.object({
    limit: WholeNumber(30, 100),
    cursor: Cursor,
    unread: z.enum(["true", "false"]).optional().meta({ description: "true: only unread ones" }),
    kind: Kind.optional(),
  }),
  response: Unread.extend({
    notifications: z.array(Notification),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;

export const countUnreadNotifications = {
  id: "countUnreadNotifications",
  method: "GET",
  path: "/api/notifications/unread-count",
  summary: "Count your unread notifications",
  document: "muster",
  response: Unread,
  errors: OWN,
} as const satisfies Operation;

export const markNotificationsRead = {
  id: "markNotificationsRead",
  method: "POST",
  path: "/api/notifications/read",
  summary: "Mark notifications as read",
  description: "IDs that are not in your inbox are skipped. Your other open tabs receive `notification_read`.",
  document: "muster",
  body: z.object({ ids: z.array(z.string().min(1).max(64)).min(1).max(INBOX_MAX) }),
  response: Success.extend(Unread.shape),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ids: ["ntf_mi9x0k2r8f3a7c"] } },
} as const satisfies Operation;

export const markAllNotificationsRead = {
  id: "markAllNotificationsRead",
  method: "POST",
  path: "/api/notifications/read-all",
  summary: "Mark all notifications as read",
  document: "muster",
  response: Success.extend(Unread.shape),
  errors: OWN,
} as const satisfies Operation;

export const deleteNotification = {
  id: "deleteNotification",
  method: "DELETE",
  path: "/api/notifications/{notification_id}",
  summary: "Remove a notification from your inbox",
  document: "muster",
  params: NotificationParams,
  response: Success.extend(Unread.shape),
  errors: ["NOT_FOUND", ...OWN],
} as const satisfies Operation;

export const Preferences = z.record(Kind, z.record(Channel, z.boolean()));
export type Preferences = z.infer<typeof Preferences>;
const ChannelState = z.object({
  channel: Channel,
  available: z
    .boolean()
    .meta({ description: "False when the server was given no service account (fcm) or no mail server (email)." }),
});
const PreferenceSheet = z.object({ preferences: Preferences, channels: z.array(ChannelState), version: Version });
export type PreferenceSheet = z.infer<typeof PreferenceSheet>;

export const getNotificationPreferences = {
  id: "getNotificationPreferences",
  method: "GET",
  path: "/api/notifications/preferences",
  summary: "Get your notification preferences",
  document: "muster",
  response: PreferenceSheet,
  etag: "version",
  errors: OWN,
} as const satisfies Operation;

const Switches = z.strictObject(
  Object.fromEntries(Channel.options.map((channel) => [channel, z.boolean().optional()])) as Record<
    Channel,
    z.ZodOptional<z.ZodBoolean>
  >,
);
export const putNotificationPreferences = {
  id: "putNotificationPreferences",
  method: "PUT",
  path: "/api/notifications/preferences",
  summary: "Change your notification preferences",
  description:
    "A partial update: kinds and channels that are not named keep their setting. `security` stays in the inbox.",
  document: "muster",
  body: z
    .strictObject(
      Object.fromEntries(Kind.options.map((kind) => [kind, Switches.optional()])) as Record<
        Kind,
        z.ZodOptional<typeof Switches>
      >,
    )
    .extend({ version: EditedVersion }),
  response: PreferenceSheet,
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ticket_reply: { email: true }, command_failed: { web_push: false } } },
} as const satisfies Operation;
export type PreferenceChange = Omit<z.output<typeof putNotificationPreferences.body>, "version">;

export const Broadcast = z
  .object({
    broadcast_id: z.string(),
    title: z.string(),
    message: z.string(),
    priority: Priority,
    created_by: z.number().int().nullable(),
    created_at: Time,
    recipients: z
      .number()
      .int()
      .meta({ description: "Active accounts when it was sent, and how many of them it has reached by now." }),
    reached: z.number().int(),
    finished_at: Time.nullable(),
  })
  .meta({ id: "Broadcast" });
export type Broadcast = z.infer<typeof Broadcast>;

export const sendBroadcast = {
  id: "sendBroadcast",
  method: "POST",
  path: "/api/admin/broadcast",
  summary: "Send an announcement to everyone",
  description:
    "Reaches every active account through every channel that the person has not turned off for announcements: inbox, live event `broadcast`, Web Push, FCM, email. `low` sends no email; `high` asks devices to wake. Sent in the background, in batches.",
  document: "003 Admin: POST /api/admin/broadcast",
  body: z.object({ title: Title, message: Text, priority: Priority.default("normal") }),
  response: Told.extend({ broadcast_id: z.string(), recipients: z.number().int(), timestamp: Time }),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { title: "Announcement", message: "Important update", priority: "high" } },
} as const satisfies Operation;

export const previewBroadcast = {
  id: "previewBroadcast",
  method: "GET",
  path: "/api/admin/broadcast/preview",
  summary: "Preview how many people an announcement reaches",
  document: "muster",
  response: z.object({
    recipients: z.number().int(),
    devices: z.object({ web_push: z.number().int(), fcm: z.number().int() }),
    email: z.boolean().meta({ description: "False: no mail server is set up, so nobody gets a mail." }),
    fcm: z.boolean(),
  }),
  errors: OWN,
} as const satisfies Operation;

export const listBroadcasts = {
  id: "listBroadcasts",
  method: "GET",
  path: "/api/admin/broadcasts",
  summary: "List sent announcements, newest first",
  document: "muster",
  query: z.object({ limit: WholeNumber(20, 100), cursor: Cursor }),
  response: z.object({
    broadcasts: z.array(Broadcast),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;

/** Socket.IO events to a person's own sockets; `broadcast` goes to everybody's. */
export const NotificationEvent = {
  notification: Notification,
  /** `ids` is null when the whole inbox was read. */
  notification_read: z.object({ ids: z.array(z.string()).nullable(), unread_count: z.number().int() }),
  broadcast: z.object({
    broadcast_id: z.string(),
    title: z.string(),
    message: z.string(),
    priority: Priority,
    timestamp: Time,
  }),
};
export type NotificationEventName = keyof typeof NotificationEvent;
export type NotificationEventData<E extends NotificationEventName> = z.infer<(typeof NotificationEvent)[E]>;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** Notifications were added to these people's inboxes. */
    "notification.made": { items: { user_id: number; notification: Notification }[] };
    /** The person read or removed notifications, in any tab. */
    "notification.read": { user_id: number; ids: string[] | null; unread_count: number };
    "broadcast.made": { broadcast: Broadcast };
  }
}
