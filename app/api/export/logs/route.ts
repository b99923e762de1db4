import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { exportLogs } from "@/lib/telemetry/contract";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportLogs,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ actor, query }) => attachment(await telemetry.exportLogs(actor, query)),
});
