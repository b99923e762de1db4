import { listActiveSessions } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listActiveSessions,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { analytics }, actor }) => analytics.activeSessions(actor),
});
