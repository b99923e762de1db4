import { unregisterAppToken } from "@/lib/community/notifications/contract.app";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: unregisterAppToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body }) => pushDevices.unregisterToken(actor, body.fcm_token),
});
