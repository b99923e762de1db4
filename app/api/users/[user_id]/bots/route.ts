import { route } from "@/lib/edge/http";
import { listUserBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listUserBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { bots, stats }, actor, params }) =>
    bots.list(actor, { scope: { team_id: await stats.ownerOf(actor, params.user_id) }, limit: 1000 }),
});
