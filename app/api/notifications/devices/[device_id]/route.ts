import { deletePushDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: deletePushDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, params }) => pushDevices.remove(actor, params.device_id),
});
