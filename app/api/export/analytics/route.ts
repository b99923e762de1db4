import { analytics } from "@/lib/analytics";
import { exportAnalytics } from "@/lib/analytics/contract";
import { route } from "@/lib/http";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportAnalytics,
  auth: ["user"],
  permission: "staff",
  rateLimit: "export",
  handle: async ({ actor, query }) => attachment(await analytics.export(actor, query)),
});
