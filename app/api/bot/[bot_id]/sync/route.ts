import { partOf, route } from "@/lib/edge/http";
import { syncBotData } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: syncBotData,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ app: { telemetry }, actor, params, body, req }) => {
    await telemetry.sync(actor, params.bot_id, { ...body, part: body.part ?? partOf(req) });
    return { status: "ok" as const };
  },
});
