import { claimTicket } from "@/lib/community/tickets/contract";
import { ofTicketChange } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: claimTicket,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofTicketChange,
  handle: ({ app: { tickets }, actor, params }) => tickets.claim(actor, params.ticket_id),
});
