import { pushDevices } from "@/lib/community/notifications";
import { testDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: testDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.testDevice(actor, params.device_id),
});
