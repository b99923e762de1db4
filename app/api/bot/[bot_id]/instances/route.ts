import { route } from "@/lib/edge/http";
import { listInstances } from "@/lib/fleet/bots/contract.instances";

export const GET = route({
  contract: listInstances,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { botInstances }, actor, params }) => botInstances.list(actor, params.bot_id),
});
