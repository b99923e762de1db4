import { route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { postLogs } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: postLogs,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    ...(await telemetry.postLogs(actor, params.bot_id, body)),
  }),
});
