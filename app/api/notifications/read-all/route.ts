import { markAllNotificationsRead } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: markAllNotificationsRead,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor }) => notifications.markRead(actor, null),
});
