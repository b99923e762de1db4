import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { deleteDevice } from "@/lib/notifications/contract.devices";

export const DELETE = route({
  contract: deleteDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.remove(actor, params.device_id),
});
