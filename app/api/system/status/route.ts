import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { systemStatus } from "@/lib/operations/system/contract";

export const GET = route({
  contract: systemStatus,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.status(actor),
});
