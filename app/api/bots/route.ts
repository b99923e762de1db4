import { bots } from "@/lib/bots";
import { listBots } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, query }) => bots.list(actor, { ...query, scope: "visible" }),
});
