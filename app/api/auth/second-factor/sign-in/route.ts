import {
  clientOf,
  refuseForeignSignIn,
  route,
  signInCookies,
  ticketCookie,
  ticketOf,
  withCookies,
} from "@/lib/edge/http";
import { finishSignIn } from "@/lib/identity/accounts/second-factor/contract";

export const POST = route({
  contract: finishSignIn,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body, req }) => {
    refuseForeignSignIn(req);
    const signedIn = await accounts.finishSignIn(ticketOf(req), body.otp, clientOf(req));
    return withCookies(signedIn.reply, [...signInCookies(signedIn, req.secure), ticketCookie("", req.secure)]);
  },
});
