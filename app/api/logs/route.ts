import { route } from "@/lib/edge/http";
import { listLogs } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: listLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { telemetry }, actor, query }) => telemetry.listLogs(actor, query),
});
