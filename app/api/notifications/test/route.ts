import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { testToken } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: testToken,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.testToken(actor, body),
});
