import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { logout } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: logout,
  auth: ["user"],
  scope: "read",
  rateLimit: "rest",
  handle: async ({ actor, req }) => {
    await accounts.logout(actor);
    return withCookies({ success: true, message: "Logged out" }, [sessionCookie("", req.secure)]);
  },
});
