import { route } from "@/lib/edge/http";
import { exportLogs } from "@/lib/fleet/telemetry/contract.export";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportLogs,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ app: { telemetry }, actor, query }) => attachment(await telemetry.exportLogs(actor, query)),
});
