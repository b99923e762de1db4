import { tickets } from "@/lib/community/tickets";
import { listMyTickets } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listMyTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => tickets.mine(actor, query),
});
