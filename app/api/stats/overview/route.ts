import { route } from "@/lib/edge/http";
import { getStatsOverview } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getStatsOverview,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { stats }, actor }) => stats.overview(actor),
});
