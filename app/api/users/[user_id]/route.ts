import { ofUserUpdate } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { updateUser } from "@/lib/identity/accounts/contract";
import { getPerson } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getPerson,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { stats }, actor, params }) => stats.person(actor, params.user_id),
});

export const PATCH = route({
  contract: updateUser,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  haze: ofUserUpdate,
  handle: async ({ app: { accounts }, actor, params, body, version }) => ({
    success: true as const,
    user: await accounts.updateUser(actor, params.user_id, body, version),
  }),
});
