import { accounts } from "@/lib/accounts";
import { refresh } from "@/lib/accounts/contract";
import { route, sessionCookie, withCookies } from "@/lib/http";

export const POST = route({
  contract: refresh,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ actor, req }) => {
    const client = { ip: req.ip, userAgent: req.header("user-agent") };
    const { reply, sessionToken } = await accounts.refresh(actor, client);
    return withCookies(reply, [sessionCookie(sessionToken, req.secure)]);
  },
});
