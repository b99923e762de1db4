import { analytics } from "@/lib/analytics";
import { trackView } from "@/lib/analytics/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: trackView,
  auth: ["user"],
  // Looking changes nothing: a key that only reads may say so too.
  scope: "read",
  rateLimit: "rest",
  handle({ actor, body, req }) {
    analytics.viewed(actor, body.path, req.header);
    return { success: true as const };
  },
});
