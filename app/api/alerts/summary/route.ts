import { route } from "@/lib/edge/http";
import { alerts } from "@/lib/operations/alerts";
import { alertSummary } from "@/lib/operations/alerts/contract";

export const GET = route({
  contract: alertSummary,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor }) => alerts.summary(actor),
});
