import { listNotifications } from "@/lib/community/notifications/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listNotifications,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, query }) => notifications.list(actor, query),
});
