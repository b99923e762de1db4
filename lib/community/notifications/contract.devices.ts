/** Contract of the devices that receive push messages (Web Push and FCM), and of the outcome of each delivery. */
import { z } from "zod";
import { Cursor, Name, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { Channel, OWN, Text, Title, Told } from "./contract";

/** The most devices per person and channel. Beyond it the oldest is removed. */
export const DEVICES_MAX = 20;
const DeviceParams = z.object({ device_id: z.string().min(1).max(64) });

/** The service worker that shows pushes; a script, not JSON. */
export const getServiceWorker = {
  id: "getServiceWorker",
  method: "GET",
  path: "/sw.js",
  summary: "Get the console's service worker",
  document: "muster",
  response: z.string(),
  alsoProduces: ["text/javascript"],
  errors: [],
} as const satisfies Operation;

export const getVapidKey = {
  id: "getVapidKey",
  method: "GET",
  path: "/api/notifications/vapid-key",
  summary: "Get the public key for Web Push subscriptions",
  description:
    "The applicationServerKey (RFC 8292) in base64url. It is created at the first start and does not change.",
  document: "muster",
  response: z.object({ public_key: z.string() }),
  errors: OWN,
} as const satisfies Operation;

const DeliveryStatus = z.enum(["queued", "sent", "failed", "dropped"]);
export const Device = z
  .object({
    device_id: z.string(),
    channel: z.enum(["web_push", "fcm"]),
    platform: z.string(),
    name: z.string(),
    fingerprint: z.string().meta({
      description: "SHA-256 of the endpoint or token, in hexadecimal, by which a browser finds itself in the list.",
    }),
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
/** A Web Push address: URL characters only, at most 2048. */
const Endpoint = z.url({ protocol: /^https?$/, error: "must be the subscription's https address" }).max(2048);

export const subscribePush = {
  id: "subscribePush",
  method: "POST",
  path: "/api/notifications/subscribe",
  summary: "Register a browser for push notifications",
  description:
    "Send the value of PushSubscription.toJSON(). A subscription belongs to the user who sent it last, because people may share a browser. Endpoints must be public https addresses.",
  document: "muster",
  body: z.object({
    endpoint: Endpoint,
    keys: z.object({ p256dh: base64url("a P-256 public key", 65), auth: base64url("a secret", 16) }),
    name: Name(80).optional().meta({ description: "the device's name in the list" }),
  }),
  response: Told.extend({ device: Device }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;

export const unsubscribePush = {
  id: "unsubscribePush",
  method: "POST",
  path: "/api/notifications/unsubscribe",
  summary: "Unregister a browser from push notifications",
  document: "muster",
  body: z.object({ endpoint: Endpoint }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { endpoint: "https://push.example.org/send/abc" } },
} as const satisfies Operation;

/** FCM's tokens have about 160 characters today, but FCM does not guarantee that. */
const FcmToken = z.string().regex(/^[\x21-\x7e]{1,4096}$/, { error: "must be a registration token of FCM" });

export const registerPushToken = {
  id: "registerPushToken",
  method: "POST",
  path: "/api/notifications/register-token",
  summary: "Register a phone for push notifications",
  document: "003 Notifications: POST /api/notifications/register-token",
  body: z.object({ fcm_token: FcmToken, platform: z.enum(["android", "ios", "web"]).default("android") }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: {
    body: { fcm_token: "your-fcm-device-token", platform: "android" },
    response: { success: true, message: "Token registered" },
  },
} as const satisfies Operation;

export const unregisterPushToken = {
  id: "unregisterPushToken",
  method: "POST",
  path: "/api/notifications/unregister-token",
  summary: "Unregister a phone from push notifications",
  document: "muster",
  body: z.object({ fcm_token: FcmToken }),
  response: Told,
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { fcm_token: "your-fcm-device-token" } },
} as const satisfies Operation;

export const testPushToken = {
  id: "testPushToken",
  method: "POST",
  path: "/api/notifications/test",
  summary: "Send a test notification to an FCM token",
  description: "Sends at once and returns the response of FCM. 503 while the server has no service account.",
  document: "003 Notifications: POST /api/notifications/test",
  body: z.object({ fcm_token: FcmToken, title: Title, body: Text }),
  response: Told,
  errors: ["INVALID_INPUT", "UNAVAILABLE", "BAD_GATEWAY", "GATEWAY_TIMEOUT", ...OWN],
  example: { body: { fcm_token: "device-token", title: "Test", body: "Test notification" } },
} as const satisfies Operation;

export const listPushDevices = {
  id: "listPushDevices",
  method: "GET",
  path: "/api/notifications/devices",
  summary: "List your devices that receive push notifications",
  document: "muster",
  response: z.object({ devices: z.array(Device), count: z.number().int() }),
  errors: OWN,
} as const satisfies Operation;

export const deletePushDevice = {
  id: "deletePushDevice",
  method: "DELETE",
  path: "/api/notifications/devices/{device_id}",
  summary: "Remove one of your devices",
  document: "muster",
  params: DeviceParams,
  response: Told,
  errors: ["NOT_FOUND", ...OWN],
} as const satisfies Operation;

export const testPushDevice = {
  id: "testPushDevice",
  method: "POST",
  path: "/api/notifications/devices/{device_id}/test",
  summary: "Send a test notification to one of your devices",
  description: "Sends at once. `delivered` and `detail` report the response of the push service.",
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

export const listNotificationDeliveries = {
  id: "listNotificationDeliveries",
  method: "GET",
  path: "/api/notifications/deliveries",
  summary: "List deliveries of your push notifications and emails, newest first",
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
