import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { subscribePush } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: subscribePush,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => pushDevices.subscribe(actor, body),
});
