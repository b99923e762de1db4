import { route } from "@/lib/edge/http";
import { startPasskey } from "@/lib/identity/accounts/passkeys/contract";

export const POST = route({
  contract: startPasskey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: ({ app: { accounts }, actor }) => accounts.startPasskey(actor),
});
