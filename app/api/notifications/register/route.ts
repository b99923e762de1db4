import { registerAppToken } from "@/lib/community/notifications/contract.app";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: registerAppToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body: { fcm_token, device_info } }) =>
    pushDevices.registerToken(actor, { fcm_token, platform: "android", name: device_info }),
});
