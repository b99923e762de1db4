import { trackPageView } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: trackPageView,
  auth: ["user"],
  // A page view changes no data of the fleet, so a key with scope `read` may record one although this is a POST.
  scope: "read",
  rateLimit: "rest",
  handle({ app: { analytics }, actor, body, req }) {
    analytics.viewed(actor, body.path, req.header);
    return { success: true as const };
  },
});
