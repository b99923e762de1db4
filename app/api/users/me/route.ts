import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { currentMember } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: currentMember,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.member(actor),
});
