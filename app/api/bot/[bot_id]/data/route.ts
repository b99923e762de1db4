import { route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { getBotData } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: getBotData,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    const synced = await telemetry.data(actor, params.bot_id);
    return { data: synced?.data ?? {}, source: "database" as const, updated_at: synced?.updated_at ?? null };
  },
});
