import { accounts } from "@/lib/accounts";
import { deleteAccount } from "@/lib/accounts/contract";
import { route, sessionCookie, withCookies } from "@/lib/http";

export const POST = route({
  contract: deleteAccount,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ actor, body, req }) => {
    await accounts.deleteAccount(actor, body);
    return withCookies({ success: true }, [sessionCookie("", req.secure)]);
  },
});
