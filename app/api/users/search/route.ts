import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { searchUsersWithStats } from "@/lib/stats/contract";

export const GET = route({
  contract: searchUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, query }) => stats.searchUsers(actor, query.q),
});
