import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { getServerStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getServerStats,
  auth: ["user"],
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor, query }) => stats.server(actor, query.days),
});
