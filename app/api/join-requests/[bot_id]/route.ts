import { bots } from "@/lib/bots";
import { refuseBot } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: refuseBot,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    await bots.refuse(actor, params.bot_id);
    return { success: true as const };
  },
});
