import { analytics } from "@/lib/community/analytics";
import { trackPageView } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: trackPageView,
  auth: ["user"],
  // Looking changes nothing: a key that only reads may say so too.
  scope: "read",
  rateLimit: "rest",
  handle({ actor, body, req }) {
    analytics.viewed(actor, body.path, req.header);
    return { success: true as const };
  },
});
