import { accounts } from "@/lib/accounts";
import { login } from "@/lib/accounts/contract";
import { clientOf, refuseForeignSignIn, route, signInCookies, withCookies } from "@/lib/http";

export const POST = route({
  contract: login,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.login(body, clientOf(req));
    return withCookies(signedIn.reply, signInCookies(signedIn, req.secure));
  },
});
