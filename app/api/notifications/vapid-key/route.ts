import { getVapidKey } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getVapidKey,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor }) => pushDevices.vapidKey(actor),
});
