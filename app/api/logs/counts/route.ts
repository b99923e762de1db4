import { route } from "@/lib/edge/http";
import { countLogs } from "@/lib/fleet/telemetry/contract.counts";

export const GET = route({
  contract: countLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { telemetry }, actor, query }) => telemetry.countLogs(actor, query),
});
