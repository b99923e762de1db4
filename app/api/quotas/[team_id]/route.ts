import { route } from "@/lib/edge/http";
import { getQuotas, putQuotas } from "@/lib/identity/quotas/contract";

export const GET = route({
  contract: getQuotas,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { quotas }, actor, params }) => quotas.get(actor, params.team_id),
});
export const PUT = route({
  contract: putQuotas,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  scope: "admin",
  handle: async ({ app: { quotas }, actor, params, body }) => ({
    ...{ success: true as const, ...(await quotas.put(actor, params.team_id, body.limits)) },
  }),
});
