import { alerts } from "@/lib/alerts";
import { alertSummary } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: alertSummary,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor }) => alerts.summary(actor),
});
