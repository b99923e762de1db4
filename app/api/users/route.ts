import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { listUsersWithStats } from "@/lib/stats/contract";

export const GET = route({
  contract: listUsersWithStats,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor }) => stats.users(actor),
});
