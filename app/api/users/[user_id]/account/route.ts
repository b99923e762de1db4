import { route } from "@/lib/edge/http";
import { deleteUser } from "@/lib/identity/accounts/administration/contract";

export const DELETE = route({
  contract: deleteUser,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params, query }) => {
    await accounts.deleteUser(actor, params.user_id, query);
    return { success: true as const };
  },
});
