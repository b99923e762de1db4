import { route } from "@/lib/edge/http";
import { getLoggerStats } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getLoggerStats,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { system }, actor }) => system.loggerStats(actor),
});
