import { accounts } from "@/lib/accounts";
import { listUsers } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listUsers,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => accounts.list(actor),
});
