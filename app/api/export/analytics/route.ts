import { exportAnalytics } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportAnalytics,
  auth: ["user"],
  permission: "staff",
  rateLimit: "export",
  handle: async ({ app: { analytics }, actor, query }) => attachment(await analytics.export(actor, query)),
});
