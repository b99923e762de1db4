import { alerts } from "@/lib/alerts";
import { acknowledgeAlert } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: acknowledgeAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => ({
    success: true as const,
    alert: await alerts.act(actor, params.alert_id, { state: "acknowledged" }),
  }),
});
