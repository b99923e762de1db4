import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { unreadNotifications } from "@/lib/notifications/contract";

export const GET = route({
  contract: unreadNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => notifications.unread(actor),
});
