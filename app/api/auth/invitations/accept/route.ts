import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { acceptInvitation } from "@/lib/identity/accounts/invitations/contract";

export const POST = route({
  contract: acceptInvitation,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.acceptInvitation(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
