import { notifications } from "@/lib/community/notifications";
import { getPreferences, putPreferences } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getPreferences,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => notifications.getPreferences(actor),
});

export const PUT = route({
  contract: putPreferences,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body, version }) => notifications.putPreferences(actor, body, version),
});
