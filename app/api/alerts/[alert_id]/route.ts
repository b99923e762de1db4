import { route } from "@/lib/edge/http";
import { getAlert } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: getAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { alerts }, actor, params }) => alerts.get(actor, params.alert_id),
});
