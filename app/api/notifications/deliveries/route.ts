import { listNotificationDeliveries } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listNotificationDeliveries,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { notifications }, actor, query }) => notifications.deliveries(actor, query),
});
