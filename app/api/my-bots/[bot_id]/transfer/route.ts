import { route } from "@/lib/edge/http";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";

export const POST = route({
  contract: transferBot,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params, body }) => ({
    ...{ success: true as const, bot: await bots.transfer(actor, params.bot_id, body) },
  }),
});
