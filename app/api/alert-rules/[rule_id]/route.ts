import { route } from "@/lib/edge/http";
import { deleteAlertRule, getAlertRule, updateAlertRule } from "@/lib/operations/alerts/rules/contract";

const access = { auth: ["user"], feature: "alerts", rateLimit: "rest", dialect: "mltb" } as const;

export const GET = route({
  contract: getAlertRule,
  ...access,
  handle: async ({ app, actor, params }) => ({ rule: await app.alertRules.get(actor, params.rule_id) }),
});

export const PUT = route({
  contract: updateAlertRule,
  ...access,
  handle: async ({ app, actor, params, body, version }) => ({
    ...{ success: true as const, rule: await app.alertRules.update(actor, params.rule_id, body, version) },
  }),
});

export const DELETE = route({
  contract: deleteAlertRule,
  ...access,
  handle: ({ app, actor, params }) =>
    app.alertRules.remove(actor, params.rule_id).then(() => ({ success: true as const })),
});
