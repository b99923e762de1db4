import { pushDevices } from "@/lib/community/notifications";
import { registerToken } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: registerToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.registerToken(actor, body),
});
