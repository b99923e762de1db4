import { ofLogs } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { listLogs } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: listLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofLogs,
  handle: ({ app: { telemetry }, actor, query }) => telemetry.listLogs(actor, query),
});
