import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { regenerateBotToken } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: regenerateBotToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params }) => ({
    success: true as const,
    token: await bots.regenerateToken(actor, params.bot_id),
  }),
});
