import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { exportBotData } from "@/lib/telemetry/contract";
import { attachment } from "../../attachment";

export const GET = route({
  contract: exportBotData,
  auth: ["user"],
  rateLimit: "export",
  handle: async ({ actor, params, query }) => attachment(await telemetry.exportBot(actor, params.bot_id, query.order)),
});
