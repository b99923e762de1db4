import { route } from "@/lib/edge/http";
import { changeTags } from "@/lib/fleet/bots/contract.tags";

export const POST = route({
  contract: changeTags,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, body }) => bots.changeTags(actor, body),
});
