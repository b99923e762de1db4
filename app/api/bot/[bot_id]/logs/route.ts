import { route } from "@/lib/edge/http";
import { postLogs } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: postLogs,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ app: { telemetry }, actor, params, body }) => ({
    status: "ok" as const,
    ...(await telemetry.postLogs(actor, params.bot_id, body)),
  }),
});
