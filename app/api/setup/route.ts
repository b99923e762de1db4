import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { claimSetup } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: claimSetup,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.claimSetup(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
