import { browserOf, route, withCookies } from "@/lib/edge/http";
import { startSsoLink } from "@/lib/identity/sso/contract";

export const POST = route({
  contract: startSsoLink,
  ...{ auth: ["user"], scope: "admin", rateLimit: "auth" },
  handle: async ({ app: { sso }, actor, body, params, req }) => {
    const { browser, cookie } = browserOf(req);
    return withCookies(await sso.startLink(actor, params.provider, body, browser), [cookie]);
  },
});
