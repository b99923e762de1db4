import { ofSignIn } from "@/lib/edge/compat/haze";
import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/edge/http";
import { login } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: login,
  auth: ["public"],
  rateLimit: "auth",
  haze: ofSignIn,
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.login(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
