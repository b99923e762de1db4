import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { postLogs } from "@/lib/telemetry/contract";

export const POST = route({
  contract: postLogs,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    ...(await telemetry.postLogs(actor, params.bot_id, body)),
  }),
});
