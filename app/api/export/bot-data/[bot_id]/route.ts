import { route } from "@/lib/edge/http";
import { exportBotData } from "@/lib/fleet/telemetry/contract.export";
import { attachment } from "../../attachment";

export const GET = route({
  contract: exportBotData,
  auth: ["user"],
  rateLimit: "export",
  handle: async ({ app: { telemetry }, actor, params, query }) =>
    attachment(await telemetry.exportBot(actor, params.bot_id, query.order)),
});
