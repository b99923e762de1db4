import { route } from "@/lib/edge/http";
import { getCurrentMember } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: getCurrentMember,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.member(actor),
});
