import { partOf, route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { syncBotData } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: syncBotData,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body, req }) => {
    await telemetry.sync(actor, params.bot_id, { ...body, part: body.part ?? partOf(req) });
    return { status: "ok" as const };
  },
});
