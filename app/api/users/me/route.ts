import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { getCurrentMember } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: getCurrentMember,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.member(actor),
});
