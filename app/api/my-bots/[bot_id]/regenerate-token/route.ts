import { route } from "@/lib/edge/http";
import { regenerateBotToken } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: regenerateBotToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params }) => ({
    success: true as const,
    token: await bots.regenerateToken(actor, params.bot_id),
  }),
});
