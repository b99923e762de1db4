import { route, sessionCookie, withCookies } from "@/lib/edge/http";
import { changePassword } from "@/lib/identity/accounts/contract.passwords";

export const POST = route({
  contract: changePassword,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body, req }) => {
    const secured = await accounts.changePassword(actor, body);
    return withCookies(secured, [sessionCookie("", req.secure)]);
  },
});
