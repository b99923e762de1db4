import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { vapidKey } from "@/lib/notifications/contract.devices";

export const GET = route({
  contract: vapidKey,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => pushDevices.vapidKey(actor),
});
