import { alertRules } from "@/lib/alerts";
import { dryRunRule } from "@/lib/alerts/contract.rules";
import { route } from "@/lib/http";

export const POST = route({
  contract: dryRunRule,
  auth: ["user"],
  scope: "read",
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ actor, body }) => alertRules.dryRun(actor, body),
});
