import { route } from "@/lib/edge/http";
import { createAlertRule, listAlertRules } from "@/lib/operations/alerts/rules/contract";

export const GET = route({
  contract: listAlertRules,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: ({ app, actor, query }) => app.alertRules.list(actor, query),
});

export const POST = route({
  contract: createAlertRule,
  auth: ["user"],
  feature: "alerts",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app, actor, body }) => ({ success: true as const, rule: await app.alertRules.create(actor, body) }),
});
