import { alerts } from "@/lib/alerts";
import { snoozeAlert } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: snoozeAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params, body }) => ({
    success: true as const,
    alert: await alerts.act(actor, params.alert_id, { state: "snoozed", minutes: body.minutes }),
  }),
});
