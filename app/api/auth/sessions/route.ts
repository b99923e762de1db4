import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { listSessions } from "@/lib/identity/accounts/credentials/contract";

export const GET = route({
  contract: listSessions,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.listSessions(actor),
});
