import { route } from "@/lib/edge/http";
import { alerts } from "@/lib/operations/alerts";
import { getAlert } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: getAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => alerts.get(actor, params.alert_id),
});
