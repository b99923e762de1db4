/** Contract of push as document 003's mobile app registers and switches it. */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { OWN, Told } from "./contract";
import { registerPushToken, unregisterPushToken } from "./contract.devices";

export const registerAppToken = {
  ...registerPushToken,
  id: "registerAppToken",
  path: "/api/notifications/register",
  summary: "Register a phone by the app's own address",
  document: "original 003: Mobile App",
  body: z.object({
    fcm_token: registerPushToken.body.shape.fcm_token,
    device_info: z.string().max(200).optional().meta({ description: "the device's name in your list" }),
  }),
  example: { body: { fcm_token: "your-fcm-device-token", device_info: "Android" } },
} as const satisfies Operation;

export const unregisterAppToken = {
  ...unregisterPushToken,
  id: "unregisterAppToken",
  path: "/api/notifications/unregister",
  summary: "Unregister a phone by the app's own address",
  document: "original 003: Mobile App",
} as const satisfies Operation;

/** The app's switches; each stands for one kind of notification on phones. Mentions are replies here. */
export const APP_SWITCHES = {
  ticket_new_messages: "ticket_reply",
  ticket_mentions: "ticket_reply",
  ticket_created: "ticket_opened",
  ticket_assigned: "ticket_changed",
} as const;

const AppSwitches = z.object({
  notifications_enabled: z.boolean().meta({ description: "Whether phones get anything about tickets." }),
  ticket_new_messages: z.boolean(),
  ticket_mentions: z.boolean().meta({ description: "The same as `ticket_new_messages`: a mention is a message here." }),
  ticket_created: z.boolean(),
  ticket_assigned: z.boolean(),
});
export type AppSwitches = z.infer<typeof AppSwitches>;

export const getAppNotificationSettings = {
  id: "getAppNotificationSettings",
  method: "GET",
  path: "/api/notifications/settings",
  summary: "Get the app's switches for notifications on phones",
  document: "original 003: Mobile App",
  response: AppSwitches,
  errors: OWN,
} as const satisfies Operation;

export const putAppNotificationSettings = {
  id: "putAppNotificationSettings",
  method: "PUT",
  path: "/api/notifications/settings",
  summary: "Change the app's switches for notifications on phones",
  description: "Changes only the switches that you send; `notifications_enabled: false` turns off all of them.",
  document: "original 003: Mobile App",
  body: AppSwitches.partial(),
  response: Told.extend(AppSwitches.shape),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;
