import { accounts } from "@/lib/accounts";
import { claimSetup } from "@/lib/accounts/contract";
import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/http";

export const POST = route({
  contract: claimSetup,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.claimSetup(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
