import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { adminStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: adminStats,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => stats.admin(actor),
});
