import { route } from "@/lib/edge/http";
import { listAlerts, triggerAlert } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: listAlerts,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { alerts }, actor, query }) => alerts.list(actor, query),
});

export const POST = route({
  contract: triggerAlert,
  auth: ["user"],
  permission: "admin",
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alerts }, actor, body }) => {
    const alert = await alerts.trigger(actor, body);
    return { success: true as const, message: "Alert triggered successfully", alert };
  },
});
