import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { getBotData } from "@/lib/telemetry/contract";

export const GET = route({
  contract: getBotData,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    const synced = await telemetry.data(actor, params.bot_id);
    return { data: synced?.data ?? {}, source: "database" as const, updated_at: synced?.updated_at ?? null };
  },
});
