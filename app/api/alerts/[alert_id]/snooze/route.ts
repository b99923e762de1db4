import { route } from "@/lib/edge/http";
import { snoozeAlert } from "@/lib/operations/alerts/contract";

export const POST = route({
  contract: snoozeAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alerts }, actor, params, body }) => ({
    success: true as const,
    alert: await alerts.act(actor, params.alert_id, { state: "snoozed", minutes: body.minutes }),
  }),
});
