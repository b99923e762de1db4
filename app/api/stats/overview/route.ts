import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { statsOverview } from "@/lib/stats/contract";

export const GET = route({
  contract: statsOverview,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => stats.overview(actor),
});
