import { countUnreadNotifications } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: countUnreadNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor }) => notifications.unread(actor),
});
