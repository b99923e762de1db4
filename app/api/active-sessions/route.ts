import { analytics } from "@/lib/analytics";
import { activeSessions } from "@/lib/analytics/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: activeSessions,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => analytics.activeSessions(actor),
});
