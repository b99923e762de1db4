import { route } from "@/lib/edge/http";
import { resolveAlert } from "@/lib/operations/alerts/contract";

export const POST = route({
  contract: resolveAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alerts }, actor, params }) => ({
    success: true as const,
    alert: await alerts.act(actor, params.alert_id, { state: "resolved" }),
  }),
});
