import { route } from "@/lib/edge/http";
import { dryRunAlertRule } from "@/lib/operations/alerts/rules/contract";

export const POST = route({
  contract: dryRunAlertRule,
  auth: ["user"],
  scope: "read",
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app: { alertRules }, actor, body }) => alertRules.dryRun(actor, body),
});
