import { route } from "@/lib/edge/http";
import { changeAlerts } from "@/lib/operations/alerts/contract";

const STATE = { acknowledge: "acknowledged", snooze: "snoozed", resolve: "resolved" } as const;

export const POST = route({
  contract: changeAlerts,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alerts }, actor, body: { ids, action, minutes } }) => {
    const changed = await alerts.bulk(actor, ids, { state: STATE[action], minutes });
    return { success: true as const, changed };
  },
});
