import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { signInByLink as contract } from "@/lib/identity/sso/contract.grants";

export const POST = route({
  contract,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { sso }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await sso.useLoginLink(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
