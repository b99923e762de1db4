import { markNotificationsRead } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: markNotificationsRead,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, body }) => notifications.markRead(actor, body.ids),
});
