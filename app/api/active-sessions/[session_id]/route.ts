import { endActiveSession } from "@/lib/community/analytics/contract";
import { route } from "@/lib/edge/http";

export const DELETE = route({
  contract: endActiveSession,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  async handle({ app: { analytics }, actor, params }) {
    await analytics.end(actor, params.session_id);
    return { success: true as const };
  },
});
