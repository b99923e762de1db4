import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { listNotifications } from "@/lib/notifications/contract";

export const GET = route({
  contract: listNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => notifications.list(actor, query),
});
