import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { getStatsOverview } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getStatsOverview,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => stats.overview(actor),
});
