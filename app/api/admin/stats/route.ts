import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { getAdminStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getAdminStats,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => stats.admin(actor),
});
