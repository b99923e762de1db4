import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { listAllBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listAllBots,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, query }) => bots.list(actor, { ...query, scope: "all" }),
});
