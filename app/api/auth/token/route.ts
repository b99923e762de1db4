import { clientOf, refuseForeignSignIn, route } from "@/lib/edge/http";
import { exchangeAppCode } from "@/lib/identity/sso/contract.grants";

export const POST = route({
  contract: exchangeAppCode,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { sso }, body, req }) => {
    refuseForeignSignIn(req);
    return (await sso.exchange(body, clientOf(req))).reply;
  },
});
