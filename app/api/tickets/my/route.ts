import { listMyTickets } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listMyTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, query }) => tickets.mine(actor, query),
});
