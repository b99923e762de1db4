import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { listBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => bots.list(actor, { ...query, scope: "visible" }),
});
