import { pushDevices } from "@/lib/community/notifications";
import { unregisterPushToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: unregisterPushToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.unregisterToken(actor, body.fcm_token),
});
