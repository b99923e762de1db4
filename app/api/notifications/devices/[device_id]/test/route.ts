import { testPushDevice } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: testPushDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor, params }) => pushDevices.testDevice(actor, params.device_id),
});
