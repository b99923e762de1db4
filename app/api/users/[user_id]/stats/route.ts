import { route } from "@/lib/edge/http";
import { getUserStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getUserStats,
  auth: ["user"],
  localAccess: {},
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ app: { stats }, actor, params }) => stats.ofUser(actor, params.user_id),
});
