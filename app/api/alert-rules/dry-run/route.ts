import { route } from "@/lib/edge/http";
import { alertRules } from "@/lib/operations/alerts";
import { dryRunRule } from "@/lib/operations/alerts/rules/contract";

export const POST = route({
  contract: dryRunRule,
  auth: ["user"],
  scope: "read",
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, body }) => alertRules.dryRun(actor, body),
});
