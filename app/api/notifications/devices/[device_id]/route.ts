import { pushDevices } from "@/lib/community/notifications";
import { deletePushDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: deletePushDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.remove(actor, params.device_id),
});
