import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { readAllNotifications } from "@/lib/notifications/contract";

export const POST = route({
  contract: readAllNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => notifications.markRead(actor, null),
});
