import { accounts } from "@/lib/accounts";
import { currentMember } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: currentMember,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.member(actor),
});
