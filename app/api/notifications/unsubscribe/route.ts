import { pushDevices } from "@/lib/community/notifications";
import { unsubscribePush } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: unsubscribePush,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.unsubscribe(actor, body.endpoint),
});
