import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { refreshToken } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: refreshToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, req }) => {
    const client = { ip: req.ip, userAgent: req.header("user-agent") };
    const { reply, sessionToken } = await accounts.refresh(actor, client);
    return withCookies(reply, [sessionCookie(sessionToken, req.secure)]);
  },
});
