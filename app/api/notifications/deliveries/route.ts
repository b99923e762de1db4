import { notifications } from "@/lib/community/notifications";
import { listDeliveries } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listDeliveries,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => notifications.deliveries(actor, query),
});
