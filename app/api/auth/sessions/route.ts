import { accounts } from "@/lib/accounts";
import { listSessions } from "@/lib/accounts/contract.access";
import { route } from "@/lib/http";

export const GET = route({
  contract: listSessions,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.listSessions(actor),
});
