import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { statsOverview } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: statsOverview,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => stats.overview(actor),
});
