import { registerPushToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: registerPushToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body }) => pushDevices.registerToken(actor, body),
});
