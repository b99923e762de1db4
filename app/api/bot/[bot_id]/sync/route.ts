import { partOf, route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { syncBotData } from "@/lib/telemetry/contract";

export const POST = route({
  contract: syncBotData,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body, req }) => {
    await telemetry.sync(actor, params.bot_id, { ...body, part: body.part ?? partOf(req) });
    return { status: "ok" as const };
  },
});
