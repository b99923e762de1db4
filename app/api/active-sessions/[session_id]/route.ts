import { analytics } from "@/lib/analytics";
import { endActiveSession } from "@/lib/analytics/contract";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: endActiveSession,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  async handle({ actor, params }) {
    await analytics.end(actor, params.session_id);
    return { success: true as const };
  },
});
