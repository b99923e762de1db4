import { trackPageView } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: trackPageView,
  auth: ["user"],
  // Looking changes nothing: a key that only reads may say so too.
  scope: "read",
  rateLimit: "rest",
  handle({ app: { analytics }, actor, body, req }) {
    analytics.viewed(actor, body.path, req.header);
    return { success: true as const };
  },
});
