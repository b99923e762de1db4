import { untrackPlayer } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: untrackPlayer,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { ranks }, actor, params }) => {
    await ranks.untrack(actor, params.player_id);
    return { success: true as const };
  },
});
