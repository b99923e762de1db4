import { getDashboardStats } from "@/lib/edge/compat/mltb/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getDashboardStats,
  auth: ["user"],
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { dashboard }, actor }) => dashboard.stats(actor),
});
