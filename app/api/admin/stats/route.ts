import { route } from "@/lib/edge/http";
import { getAdminStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getAdminStats,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { stats }, actor }) => stats.admin(actor),
});
