import { testPushToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: testPushToken,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, body }) => pushDevices.testToken(actor, body),
});
