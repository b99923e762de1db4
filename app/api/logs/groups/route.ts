import { route } from "@/lib/edge/http";
import { groupLogs } from "@/lib/fleet/telemetry/contract.counts";

export const GET = route({
  contract: groupLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { telemetry }, actor, query }) => telemetry.groupLogs(actor, query),
});
