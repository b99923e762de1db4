import { route } from "@/lib/edge/http";
import { listSessions } from "@/lib/identity/accounts/credentials/contract";

export const GET = route({
  contract: listSessions,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.listSessions(actor),
});
