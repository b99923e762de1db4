import { route } from "@/lib/edge/http";
import { getMyBotData } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: getMyBotData,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { telemetry }, actor, params }) => ({
    data: (await telemetry.data(actor, params.bot_id))?.data ?? null,
  }),
});
