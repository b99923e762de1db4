import { deleteNotification } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: deleteNotification,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, params }) => notifications.remove(actor, params.notification_id),
});
