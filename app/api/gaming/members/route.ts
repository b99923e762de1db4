import { gamingMembersOf } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { listGamingMembers } from "@/lib/identity/accounts/contract.community";

export const GET = route({
  contract: listGamingMembers,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor }) => gamingMembersOf(app, actor),
});
