import { listPushDevices } from "@/lib/community/notifications/contract.devices";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listPushDevices,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { pushDevices }, actor }) => pushDevices.list(actor),
});
