import { clientOf, joinCookie, joinOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { joinAccount } from "@/lib/identity/sso/contract";

export const POST = route({
  contract: joinAccount,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.join(body.ticket ?? joinOf(req), body, clientOf(req));
    return withCookies(signedIn.reply, [...signInCookies(signedIn, req.secure), joinCookie("", req.secure)]);
  },
});
