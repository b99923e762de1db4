import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { deleteAccount } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: deleteAccount,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body, req }) => {
    await accounts.deleteAccount(actor, body);
    return withCookies({ success: true }, [sessionCookie("", req.secure)]);
  },
});
