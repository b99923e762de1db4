import { browserOf, clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { signInWithPasskey } from "@/lib/identity/accounts/passkeys/contract";

export const POST = route({
  contract: signInWithPasskey,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.signInWithPasskey(body, browserOf(req).browser, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
