import { unsubscribePush } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: unsubscribePush,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body }) => pushDevices.unsubscribe(actor, body.endpoint),
});
