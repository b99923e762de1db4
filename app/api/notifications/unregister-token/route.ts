import { unregisterPushToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: unregisterPushToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body }) => pushDevices.unregisterToken(actor, body.fcm_token),
});
