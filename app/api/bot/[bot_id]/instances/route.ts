import { botInstances } from "@/lib/bots";
import { listInstances } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listInstances,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => botInstances.list(actor, params.bot_id),
});
