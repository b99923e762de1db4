import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { listUserBots } from "@/lib/fleet/bots/contract";
import { stats } from "@/lib/operations/stats";

export const GET = route({
  contract: listUserBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) =>
    bots.list(actor, { scope: { owner_id: await stats.ownerOf(actor, params.user_id) }, limit: 1000 }),
});
