import { ranks } from "@/lib/feeds";
import { untrackPlayer } from "@/lib/feeds/contract";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: untrackPlayer,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    await ranks.untrack(actor, params.player_id);
    return { success: true as const };
  },
});
