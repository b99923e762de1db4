import { closeTicket } from "@/lib/community/tickets/contract";
import { ofTicketChange } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: closeTicket,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofTicketChange,
  handle: ({ app: { tickets }, actor, params, body }) =>
    tickets.close(actor, params.ticket_id, body.reason, body.close_message),
});
