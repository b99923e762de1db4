import { route } from "@/lib/edge/http";
import { postMetrics } from "@/lib/fleet/series/contract";

export const POST = route({
  contract: postMetrics,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ app: { series }, actor, params, body }) => ({
    status: "ok" as const,
    received: await series.report(actor, params.bot_id, body.metrics),
  }),
});
