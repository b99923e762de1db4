import { route } from "@/lib/http";
import { pushDevices } from "@/lib/notifications";
import { listDevices } from "@/lib/notifications/contract.devices";

export const GET = route({
  contract: listDevices,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => pushDevices.list(actor),
});
