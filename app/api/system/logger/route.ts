import { route } from "@/lib/http";
import { system } from "@/lib/system";
import { loggerStats } from "@/lib/system/contract";

export const GET = route({
  contract: loggerStats,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => system.loggerStats(actor),
});
