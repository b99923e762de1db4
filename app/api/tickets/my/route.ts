import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { listMyTickets } from "@/lib/tickets/contract";

export const GET = route({
  contract: listMyTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => tickets.mine(actor, query),
});
