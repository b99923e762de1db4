import { route } from "@/lib/edge/http";
import { getSystemStatus } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getSystemStatus,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { system }, actor }) => system.status(actor),
});
