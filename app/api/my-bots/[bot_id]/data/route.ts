import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { getMyBotData } from "@/lib/telemetry/contract";

export const GET = route({
  contract: getMyBotData,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({ data: (await telemetry.data(actor, params.bot_id))?.data ?? null }),
});
