import { route } from "@/lib/edge/http";
import { getBotData } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: getBotData,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ app: { telemetry }, actor, params }) => {
    const synced = await telemetry.data(actor, params.bot_id);
    return { data: synced?.data ?? {}, source: "database" as const, updated_at: synced?.updated_at ?? null };
  },
});
