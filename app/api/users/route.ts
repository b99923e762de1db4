import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { listUsersWithStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: listUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor }) => stats.users(actor),
});
