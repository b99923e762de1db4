import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { updateUser } from "@/lib/identity/accounts/contract";
import { stats } from "@/lib/operations/stats";
import { getPerson } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getPerson,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.person(actor, params.user_id),
});

export const PATCH = route({
  contract: updateUser,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params, body, version }) => ({
    success: true as const,
    user: await accounts.updateUser(actor, params.user_id, body, version),
  }),
});
