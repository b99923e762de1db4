import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { listLogs } from "@/lib/telemetry/contract";

export const GET = route({
  contract: listLogs,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => telemetry.listLogs(actor, query),
});
