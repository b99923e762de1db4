import { localStats } from "@/lib/edge/compat/mltb";
import { route } from "@/lib/edge/http";
import { getServerStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getServerStats,
  auth: ["user"],
  localAccess: localStats,
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ app: { stats }, actor, query }) => stats.server(actor, query.days),
});
