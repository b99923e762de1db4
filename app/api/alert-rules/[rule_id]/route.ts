import { route } from "@/lib/edge/http";
import { deleteAlertRule, getAlertRule, updateAlertRule } from "@/lib/operations/alerts/rules/contract";

export const GET = route({
  contract: getAlertRule,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertRules }, actor, params }) => ({ rule: await alertRules.get(actor, params.rule_id) }),
});

export const PUT = route({
  contract: updateAlertRule,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertRules }, actor, params, body, version }) => ({
    success: true as const,
    rule: await alertRules.update(actor, params.rule_id, body, version),
  }),
});

export const DELETE = route({
  contract: deleteAlertRule,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertRules }, actor, params }) => {
    await alertRules.remove(actor, params.rule_id);
    return { success: true as const };
  },
});
