import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { userStats } from "@/lib/stats/contract";

export const GET = route({
  contract: userStats,
  auth: ["user"],
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ actor, params }) => stats.ofUser(actor, params.user_id),
});
