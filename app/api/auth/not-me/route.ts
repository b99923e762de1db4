import { route } from "@/lib/edge/http";
import { disownChange } from "@/lib/identity/accounts/notices/contract";

export const POST = route({
  contract: disownChange,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ app: { accounts }, body: { token, remove } }) =>
    remove ? accounts.removeRemaining(token, remove) : accounts.disown(token),
});
