import { route } from "@/lib/edge/http";
import { getMe } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: getMe,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.me(actor),
});
