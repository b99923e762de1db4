import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { serverStats } from "@/lib/stats/contract";

export const GET = route({
  contract: serverStats,
  auth: ["user"],
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor, query }) => stats.server(actor, query.days),
});
