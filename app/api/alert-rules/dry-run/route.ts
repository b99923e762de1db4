import { route } from "@/lib/edge/http";
import { alertRules } from "@/lib/operations/alerts";
import { dryRunAlertRule } from "@/lib/operations/alerts/rules/contract";

export const POST = route({
  contract: dryRunAlertRule,
  auth: ["user"],
  scope: "read",
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, body }) => alertRules.dryRun(actor, body),
});
