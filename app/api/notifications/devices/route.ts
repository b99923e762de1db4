import { pushDevices } from "@/lib/community/notifications";
import { listDevices } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listDevices,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => pushDevices.list(actor),
});
