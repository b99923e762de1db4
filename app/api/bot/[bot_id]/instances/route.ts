import { route } from "@/lib/edge/http";
import { botInstances } from "@/lib/fleet/bots";
import { listInstances } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listInstances,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => botInstances.list(actor, params.bot_id),
});
