import { accounts } from "@/lib/accounts";
import { logout } from "@/lib/accounts/contract";
import { route, sessionCookie, withCookies } from "@/lib/http";

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
