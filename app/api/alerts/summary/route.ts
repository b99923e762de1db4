import { route } from "@/lib/edge/http";
import { alerts } from "@/lib/operations/alerts";
import { getAlertSummary } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: getAlertSummary,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor }) => alerts.summary(actor),
});
