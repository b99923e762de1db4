import { listMyTickets } from "@/lib/community/tickets/contract";
import { ofTickets } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listMyTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofTickets,
  handle: ({ app: { tickets }, actor, query }) => tickets.mine(actor, query),
});
