import { accounts } from "@/lib/accounts";
import { claimSetup } from "@/lib/accounts/contract";
import { refuseForeignSignIn, route, sessionCookie, withCookies } from "@/lib/http";

export const POST = route({
  contract: claimSetup,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body, req }) => {
    refuseForeignSignIn(req);
    const client = { ip: req.ip, userAgent: req.header("user-agent") };
    const { reply, sessionToken } = await accounts.claimSetup(body, client);
    return withCookies(reply, [sessionCookie(sessionToken, req.secure)]);
  },
});
