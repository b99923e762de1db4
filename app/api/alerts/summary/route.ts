import { route } from "@/lib/edge/http";
import { getAlertSummary } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: getAlertSummary,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { alerts }, actor }) => alerts.summary(actor),
});
