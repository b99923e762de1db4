import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { searchUsersWithStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: searchUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, query }) => stats.searchUsers(actor, query.q),
});
