import { browserOf, route, withCookies } from "@/lib/edge/http";
import { startSsoSignIn } from "@/lib/identity/sso/contract";

export const GET = route({
  contract: startSsoSignIn,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app: { sso }, params, query, req }) => {
    const { browser, cookie } = browserOf(req);
    const begun = await sso.startSignIn(params.provider, query, browser);
    return withCookies(begun, query.platform === "web" && query.loopback_port === undefined ? [cookie] : []);
  },
});
