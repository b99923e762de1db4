import { alertRules } from "@/lib/alerts";
import { deleteRule, updateRule } from "@/lib/alerts/contract";
import { route } from "@/lib/http";

export const PUT = route({
  contract: updateRule,
  auth: ["user"],
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params, body }) => ({
    success: true as const,
    rule: await alertRules.update(actor, params.rule_id, body),
  }),
});

export const DELETE = route({
  contract: deleteRule,
  auth: ["user"],
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ actor, params }) => {
    await alertRules.remove(actor, params.rule_id);
    return { success: true as const };
  },
});
