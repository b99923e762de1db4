import { isAppRefresh, ofSignIn } from "@/lib/edge/compat/haze";
import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { refreshToken } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: refreshToken,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  haze: ofSignIn,
  isHaze: isAppRefresh,
  handle: async ({ app: { accounts }, actor, req }) => {
    const client = { ip: req.ip, userAgent: req.header("user-agent"), isApp: isAppRefresh(req.header) };
    const { reply, sessionToken } = await accounts.refresh(actor, client);
    return withCookies(reply, [sessionCookie(sessionToken, req.secure)]);
  },
});
