import { analytics } from "@/lib/community/analytics";
import { activeSessions } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: activeSessions,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => analytics.activeSessions(actor),
});
