import { notifications } from "@/lib/community/notifications";
import { unreadNotifications } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: unreadNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => notifications.unread(actor),
});
