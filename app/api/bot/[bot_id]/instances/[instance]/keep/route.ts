import { route } from "@/lib/edge/http";
import { keepInstance } from "@/lib/fleet/bots/contract.instances";

export const POST = route({
  contract: keepInstance,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { botInstances }, actor, params }) => botInstances.keep(actor, params.bot_id, params.instance),
});
