import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { registerToken } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: registerToken,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.registerToken(actor, body),
});
