import { notifications } from "@/lib/community/notifications";
import { readAllNotifications } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: readAllNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => notifications.markRead(actor, null),
});
