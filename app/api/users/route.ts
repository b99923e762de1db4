import { route } from "@/lib/edge/http";
import { listUsersWithStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: listUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ app: { stats }, actor, query }) => stats.users(actor, query),
});
