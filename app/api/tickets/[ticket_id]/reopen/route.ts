import { reopenTicket } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: reopenTicket,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, params }) => tickets.reopen(actor, params.ticket_id),
});
