import { pushDevices } from "@/lib/community/notifications";
import { deleteDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: deleteDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.remove(actor, params.device_id),
});
