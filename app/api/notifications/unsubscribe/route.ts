import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { unsubscribePush } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: unsubscribePush,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.unsubscribe(actor, body.endpoint),
});
