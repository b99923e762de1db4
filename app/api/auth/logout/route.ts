import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { logout } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: logout,
  auth: ["user"],
  scope: "read",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, req }) => {
    await accounts.logout(actor);
    return withCookies({ success: true, message: "Logged out" }, [sessionCookie("", req.secure)]);
  },
});
