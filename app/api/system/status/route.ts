import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { getSystemStatus } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getSystemStatus,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.status(actor),
});
