import { botInstances } from "@/lib/bots";
import { keepInstance } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: keepInstance,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => botInstances.keep(actor, params.bot_id, params.instance),
});
