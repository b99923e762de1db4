import { route } from "@/lib/edge/http";
import { system } from "@/lib/operations/system";
import { getLoggerStats } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getLoggerStats,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.loggerStats(actor),
});
