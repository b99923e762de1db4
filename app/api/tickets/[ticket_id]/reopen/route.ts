import { reopenTicket } from "@/lib/community/tickets/contract";
import { ofTicketChange } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: reopenTicket,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofTicketChange,
  handle: ({ app: { tickets }, actor, params }) => tickets.reopen(actor, params.ticket_id),
});
