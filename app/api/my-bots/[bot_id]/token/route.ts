import { route } from "@/lib/edge/http";
import { getBotToken } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: getBotToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params }) => ({ token: await bots.token(actor, params.bot_id) }),
});
