import { accounts } from "@/lib/accounts";
import { updateUser } from "@/lib/accounts/contract";
import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { getPerson } from "@/lib/stats/contract";

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
