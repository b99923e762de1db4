import { route } from "@/lib/edge/http";
import { searchUsersWithStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: searchUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { stats }, actor, query }) => stats.searchUsers(actor, query.q),
});
