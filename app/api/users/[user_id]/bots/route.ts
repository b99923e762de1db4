import { bots } from "@/lib/bots";
import { listUserBots } from "@/lib/bots/contract";
import { route } from "@/lib/http";
import { stats } from "@/lib/stats";

export const GET = route({
  contract: listUserBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, params }) =>
    bots.list(actor, { scope: { owner_id: await stats.ownerOf(actor, params.user_id) }, limit: 1000 }),
});
