import { pushDevices } from "@/lib/community/notifications";
import { testPushDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: testPushDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.testDevice(actor, params.device_id),
});
