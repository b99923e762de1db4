import { route } from "@/lib/edge/http";
import { postMessages } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: postMessages,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ app: { telemetry }, actor, params, body }) => {
    const { ignored } = await telemetry.postMessages(actor, params.bot_id, body);
    return { status: "ok" as const, ...(ignored && { ignored }) };
  },
});
