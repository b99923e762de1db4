import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { testDevice } from "@/lib/notifications/contract.devices";

export const POST = route({
  contract: testDevice,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => pushDevices.testDevice(actor, params.device_id),
});
