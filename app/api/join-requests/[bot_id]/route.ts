import { route } from "@/lib/edge/http";
import { refuseBot } from "@/lib/fleet/bots/contract.joining";

export const DELETE = route({
  contract: refuseBot,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ app: { bots }, actor, params }) => {
    await bots.refuse(actor, params.bot_id);
    return { success: true as const };
  },
});
