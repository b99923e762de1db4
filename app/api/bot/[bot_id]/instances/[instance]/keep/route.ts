import { route } from "@/lib/edge/http";
import { botInstances } from "@/lib/fleet/bots";
import { keepInstance } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: keepInstance,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => botInstances.keep(actor, params.bot_id, params.instance),
});
