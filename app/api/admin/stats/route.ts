import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { adminStats } from "@/lib/stats/contract";

export const GET = route({
  contract: adminStats,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => stats.admin(actor),
});
