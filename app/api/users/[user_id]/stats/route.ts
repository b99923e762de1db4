import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { getUserStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getUserStats,
  auth: ["user"],
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor, params }) => stats.ofUser(actor, params.user_id),
});
