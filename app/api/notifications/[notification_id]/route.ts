import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { deleteNotification } from "@/lib/notifications/contract";

export const DELETE = route({
  contract: deleteNotification,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => notifications.remove(actor, params.notification_id),
});
