import { route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { listLogs } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: listLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => telemetry.listLogs(actor, query),
});
