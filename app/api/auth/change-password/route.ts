import { accounts } from "@/lib/accounts";
import { changePassword } from "@/lib/accounts/contract";
import { route, sessionCookie, withCookies } from "@/lib/http";

export const POST = route({
  contract: changePassword,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ actor, body, req }) => {
    const secured = await accounts.changePassword(actor, body);
    return withCookies(secured, [sessionCookie("", req.secure)]);
  },
});
