import { route } from "@/lib/http";
import { notifications } from "@/lib/notifications";
import { listDeliveries } from "@/lib/notifications/contract.devices";

export const GET = route({
  contract: listDeliveries,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => notifications.deliveries(actor, query),
});
