import { bots } from "@/lib/bots";
import { listAllBots } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listAllBots,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor, query }) => bots.list(actor, { ...query, scope: "all" }),
});
