import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { loggerStats } from "@/lib/operations/system/contract";

export const GET = route({
  contract: loggerStats,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.loggerStats(actor),
});
