import { route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { postMessages } from "@/lib/fleet/telemetry/contract";

export const POST = route({
  contract: postMessages,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => {
    const { ignored } = await telemetry.postMessages(actor, params.bot_id, body);
    return { status: "ok" as const, ...(ignored && { ignored }) };
  },
});
