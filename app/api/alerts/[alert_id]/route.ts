import { alerts } from "@/lib/alerts";
import { getAlert } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getAlert,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, params }) => alerts.get(actor, params.alert_id),
});
