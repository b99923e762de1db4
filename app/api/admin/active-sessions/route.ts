import { listAppSessions } from "@/lib/community/analytics/contract.app";
import { ofAppSessions } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listAppSessions,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  haze: ofAppSessions,
  handle: ({ app: { analytics }, actor }) => analytics.appSessions(actor),
});
