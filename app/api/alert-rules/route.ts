import { route } from "@/lib/edge/http";
import { createAlertRule, listAlertRules } from "@/lib/operations/alerts/rules/contract";

export const GET = route({
  contract: listAlertRules,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { alertRules }, actor }) => {
    const rules = await alertRules.list(actor);
    return { rules, count: rules.length };
  },
});

export const POST = route({
  contract: createAlertRule,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app, actor, body }) => ({ success: true as const, rule: await app.alertRules.create(actor, body) }),
});
