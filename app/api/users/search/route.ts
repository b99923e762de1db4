import { accounts } from "@/lib/accounts";
import { searchUsers } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: searchUsers,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, query }) => accounts.search(actor, query.q),
});
