import { browserOf, refuseForeignSignIn, route, withCookies } from "@/lib/edge/http";
import { startSsoInvitation } from "@/lib/identity/sso/contract";

export const POST = route({
  contract: startSsoInvitation,
  ...{ auth: ["public"], rateLimit: "auth" },
  handle: async ({ app: { sso }, body, params, req }) => {
    refuseForeignSignIn(req);
    const { browser, cookie } = browserOf(req);
    return withCookies(await sso.startInvitation(params.provider, body.token, browser), [cookie]);
  },
});
