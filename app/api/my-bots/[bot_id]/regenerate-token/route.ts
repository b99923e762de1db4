import { bots } from "@/lib/bots";
import { regenerateBotToken } from "@/lib/bots/contract";
import { route } from "@/lib/http";

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
