/**
 * Contract of notifications. Source: document 003 "Notifications" and "admin/broadcast"; the inbox, Web Push, preferences
 * and the record of deliveries are our own ("muster").
 */
import { z } from "zod";
import { Cursor, type Operation, Success, Time, WholeNumber } from "@/lib/contract";

/** What a person may be told of. Whoever calls `notify` names one of these. */
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
/** How many notifications an inbox holds: the oldest make room. */
export const INBOX_MAX = 500;
/** Devices of one person and channel: the oldest makes room. */
export const DEVICES_MAX = 20;

export const Notification = z
  .object({
    id: z.string(),
    kind: Kind,
    title: z.string(),
    body: z.string(),
    /** Where it leads, as a path of this console; null when nowhere. */
    url: z.string().nullable(),
    priority: Priority,
    /** Events it stands for: a burst about one thing is one notification. */
    count: z.number().int(),
    created_at: Time,
    read_at: Time.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

const Unread = z.object({ unread_count: z.number().int() });
const Told = Success.extend({ message: z.string() });
const NotificationParams = z.object({ notification_id: z.string().min(1).max(64) });
const DeviceParams = z.object({ device_id: z.string().min(1).max(64) });
const OWN = ["UNAUTHORIZED", "FORBIDDEN"] as const;

export const listNotifications = {
  summary: "The caller's inbox, newest first",
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

export const unreadNotifications = {
  summary: "How many notifications the caller has not read",
  document: "muster",
  response: Unread,
  errors: OWN,
} as const satisfies Operation;

export const readNotifications = {
  summary: "Mark notifications as read",
  description:
    "Ids that are not in the caller's inbox are passed over. The caller's other tabs hear `notification_read`.",
  document: "muster",
  body: z.object({ ids: z.array(z.string().min(1).max(64)).min(1).max(INBOX_MAX) }),
  response: Success.extend(Unread.shape),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ids: ["ntf_mi9x0k2r8f3a7c"] } },
} as const satisfies Operation;

export const readAllNotifications = {
  summary: "Mark the whole inbox as read",
  document: "muster",
  response: Success.extend(Unread.shape),
  errors: OWN,
} as const satisfies Operation;

export const deleteNotification = {
  summary: "Remove a notification from the caller's inbox",
  document: "muster",
  params: NotificationParams,
  response: Success.extend(Unread.shape),
  errors: ["NOT_FOUND", ...OWN],
} as const satisfies Operation;

export const Preferences = z.record(Kind, z.record(Channel, z.boolean()));
export type Preferences = z.infer<typeof Preferences>;
const ChannelState = z.object({
  channel: Channel,
  /** False when the server was given no service account (fcm) or no mail server (email). */
  available: z.boolean(),
});
const PreferenceSheet = z.object({ preferences: Preferences, channels: z.array(ChannelState) });
export type PreferenceSheet = z.infer<typeof PreferenceSheet>;

export const getPreferences = {
  summary: "What the caller is told, and by which channels",
  document: "muster",
  response: PreferenceSheet,
  errors: OWN,
} as const satisfies Operation;

const Switches = z.strictObject(
  Object.fromEntries(Channel.options.map((channel) => [channel, z.boolean().optional()])) as Record<
    Channel,
    z.ZodOptional<z.ZodBoolean>
  >,
);
export const putPreferences = {
  summary: "Change what the caller is told",
  description:
    "A partial update: kinds and channels that are not named keep their setting. `security` stays in the inbox.",
  document: "muster",
  body: z.strictObject(
    Object.fromEntries(Kind.options.map((kind) => [kind, Switches.optional()])) as Record<
      Kind,
      z.ZodOptional<typeof Switches>
    >,
  ),
  response: PreferenceSheet,
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ticket_reply: { email: true }, command_failed: { web_push: false } } },
} as const satisfies Operation;
export type PreferenceChange = z.output<typeof putPreferences.body>;

/** The service worker that shows pushes; a script, not JSON. */
export const serviceWorker = {
  summary: "The console's service worker",
  document: "muster",
  response: z.string(),
  alsoProduces: ["text/javascript"],
  errors: [],
} as const satisfies Operation;

export const vapidKey = {
  summary: "The key browsers subscribe to Web Push with",
  description: "The applicationServerKey (RFC 8292), base64url. Made at the first start and kept.",
  document: "muster",
  response: z.object({ public_key: z.string() }),
  errors: OWN,
} as const satisfies Operation;

const DeliveryStatus = z.enum(["queued", "sent", "failed", "dropped"]);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;
export const Device = z
  .object({
    device_id: z.string(),
    channel: z.enum(["web_push", "fcm"]),
    platform: z.string(),
    name: z.string(),
    /** Tells a browser which of the devices it is: SHA-256 of the endpoint or token, hexadecimal. */
    fingerprint: z.string(),
    created_at: Time,
    last_sent_at: Time.nullable(),
    last_status: DeliveryStatus.nullable(),
    last_error: z.string().nullable(),
  })
  .meta({ id: "PushDevice" });
export type Device = z.infer<typeof Device>;

const base64url = (what: string, bytes: number) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/, { error: `must be ${what} in base64url` })
    .refine((text) => Math.floor((text.replace(/=+$/, "").length * 3) / 4) === bytes, {
      error: `must be ${what}: ${bytes} bytes in base64url`,
    });
/** A web push address: letters that may stand in a URL, at most 2048. */
const Endpoint = z.url({ protocol: /^https?$/, error: "must be the subscription's https address" }).max(2048);

export const subscribePush = {
  summary: "Send pushes to this browser",
  description:
    "Takes PushSubscription.toJSON() as it is. A subscription belongs to who sent it last: people may share a browser. Endpoints must be public https addresses.",
  document: "muster",
  body: z.object({
    endpoint: Endpoint,
    keys: z.object({ p256dh: base64url("a P-256 public key", 65), auth: base64url("a secret", 16) }),
    name: z.string().trim().min(1).max(80).optional().meta({ description: "what the devices list calls it" }),
  }),
  response: Told.extend({ device: Device }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;

export const unsubscribePush = {
  summary: "Stop pushes to this browser",
  document: "muster",
  body: z.object({ endpoint: Endpoint }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { endpoint: "https://push.example.org/send/abc" } },
} as const satisfies Operation;

/** FCM's tokens are about 160 characters today; nothing promises that. */
const FcmToken = z.string().regex(/^[\x21-\x7e]{1,4096}$/, { error: "must be a registration token of FCM" });

export const registerToken = {
  summary: "Send pushes to this phone",
  document: "003 Notifications: POST /api/notifications/register-token",
  body: z.object({ fcm_token: FcmToken, platform: z.enum(["android", "ios", "web"]).default("android") }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: {
    body: { fcm_token: "your-fcm-device-token", platform: "android" },
    response: { success: true, message: "Token registered" },
  },
} as const satisfies Operation;

export const unregisterToken = {
  summary: "Stop pushes to this phone",
  document: "muster",
  body: z.object({ fcm_token: FcmToken }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { fcm_token: "your-fcm-device-token" } },
} as const satisfies Operation;

const Title = z.string().trim().min(1).max(200);
const Text = z.string().trim().min(1).max(4000);

export const testToken = {
  summary: "Send a test to an FCM token",
  description: "Sent at once; the answer is FCM's. 503 while the server has no service account.",
  document: "003 Notifications: POST /api/notifications/test",
  body: z.object({ fcm_token: FcmToken, title: Title, body: Text }),
  response: Told,
  errors: ["INVALID_INPUT", "UNAVAILABLE", "BAD_GATEWAY", "GATEWAY_TIMEOUT", ...OWN],
  example: { body: { fcm_token: "device-token", title: "Test", body: "Test notification" } },
} as const satisfies Operation;

export const listDevices = {
  summary: "The caller's browsers and phones that take pushes",
  document: "muster",
  response: z.object({ devices: z.array(Device), count: z.number().int() }),
  errors: OWN,
} as const satisfies Operation;

export const deleteDevice = {
  summary: "Remove one of the caller's devices",
  document: "muster",
  params: DeviceParams,
  response: Told,
  errors: ["NOT_FOUND", ...OWN],
} as const satisfies Operation;

export const testDevice = {
  summary: "Send a test to one of the caller's devices",
  description: "Sent at once; `delivered` and `detail` say what the push service answered.",
  document: "muster",
  params: DeviceParams,
  response: Success.extend({ delivered: z.boolean(), detail: z.string() }),
  errors: ["NOT_FOUND", ...OWN],
} as const satisfies Operation;

const Delivery = z.object({
  id: z.string(),
  notification_id: z.string(),
  channel: Channel,
  device_id: z.string().nullable(),
  kind: z.string(),
  title: z.string(),
  status: DeliveryStatus,
  attempts: z.number().int(),
  error: z.string().nullable(),
  created_at: Time,
  finished_at: Time.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const listDeliveries = {
  summary: "What became of the caller's pushes and mails, newest first",
  description: "Kept for 7 days. `limit` is at most 100.",
  document: "muster",
  query: z.object({ limit: WholeNumber(30, 100), cursor: Cursor, status: DeliveryStatus.optional() }),
  response: z.object({
    deliveries: z.array(Delivery),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;

export const Broadcast = z
  .object({
    broadcast_id: z.string(),
    title: z.string(),
    message: z.string(),
    priority: Priority,
    created_by: z.number().int().nullable(),
    created_at: Time,
    /** Active accounts when it was sent, and how many of them it has reached by now. */
    recipients: z.number().int(),
    reached: z.number().int(),
    finished_at: Time.nullable(),
  })
  .meta({ id: "Broadcast" });
export type Broadcast = z.infer<typeof Broadcast>;

export const sendBroadcast = {
  summary: "Tell everybody something",
  description:
    "Every active account, by every channel the person has not switched off for announcements: inbox, live event `broadcast`, Web Push, FCM, mail. `low` sends no mail; `high` asks devices to wake. Goes out in the background, in batches.",
  document: "003 Admin: POST /api/admin/broadcast",
  body: z.object({ title: Title, message: Text, priority: Priority.default("normal") }),
  response: Told.extend({ broadcast_id: z.string(), recipients: z.number().int(), timestamp: Time }),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { title: "Announcement", message: "Important update", priority: "high" } },
} as const satisfies Operation;

export const previewBroadcast = {
  summary: "Whom a broadcast would reach",
  document: "muster",
  response: z.object({
    recipients: z.number().int(),
    devices: z.object({ web_push: z.number().int(), fcm: z.number().int() }),
    /** False: no mail server is set up, so nobody gets a mail. */
    email: z.boolean(),
    fcm: z.boolean(),
  }),
  errors: OWN,
} as const satisfies Operation;

export const listBroadcasts = {
  summary: "Broadcasts sent so far, newest first",
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

/** Facts of this room. */
export type NotificationEvents = {
  /** New in these people's inboxes. */
  "notification.made": { items: { user_id: number; notification: Notification }[] };
  /** Read (or removed) by the person, in whichever tab. */
  "notification.read": { user_id: number; ids: string[] | null; unread_count: number };
  "broadcast.made": { broadcast: Broadcast };
};
