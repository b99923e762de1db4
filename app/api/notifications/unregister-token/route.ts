import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { unregisterToken } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: unregisterToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.unregisterToken(actor, body.fcm_token),
});
