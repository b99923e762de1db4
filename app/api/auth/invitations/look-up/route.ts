import { route } from "@/lib/edge/http";
import { getInvitation } from "@/lib/identity/accounts/invitations/contract";

export const POST = route({
  contract: getInvitation,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ app: { accounts }, body }) => accounts.lookUpInvitation(body.token),
});
