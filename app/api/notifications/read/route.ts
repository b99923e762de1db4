import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { readNotifications } from "@/lib/notifications/contract";

export const POST = route({
  contract: readNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => notifications.markRead(actor, body.ids),
});
