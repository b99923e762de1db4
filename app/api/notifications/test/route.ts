import { pushDevices } from "@/lib/community/notifications";
import { testToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: testToken,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.testToken(actor, body),
});
