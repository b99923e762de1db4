import { getNotificationPreferences, putNotificationPreferences } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getNotificationPreferences,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor }) => notifications.getPreferences(actor),
});

export const PUT = route({
  contract: putNotificationPreferences,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, body, version }) => notifications.putPreferences(actor, body, version),
});
