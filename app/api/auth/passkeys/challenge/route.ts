import { browserOf, refuseForeignSignIn, route, withCookies } from "@/lib/edge/http";
import { startPasskeySignIn } from "@/lib/identity/accounts/passkeys/contract";

export const POST = route({
  contract: startPasskeySignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app: { accounts }, req }) => {
    refuseForeignSignIn(req);
    const { browser, cookie } = browserOf(req);
    return withCookies(await accounts.startPasskeySignIn(browser), [cookie]);
  },
});
