import { route } from "@/lib/edge/http";
import { listBotFacets } from "@/lib/fleet/bots/contract.tags";

export const GET = route({
  contract: listBotFacets,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor }) => bots.facets(actor),
});
