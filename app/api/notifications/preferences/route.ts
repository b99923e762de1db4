import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { getPreferences, putPreferences } from "@/lib/notifications/contract";

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
