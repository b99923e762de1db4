import { accounts } from "@/lib/accounts";
import { getUser, updateUser } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getUser,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params }) => accounts.getMember(actor, params.user_id),
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
