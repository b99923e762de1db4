import { deleteTicket, getTicket } from "@/lib/community/tickets/contract";
import { updateTicket } from "@/lib/community/tickets/desk/contract";
import { changeTicket, ofTicket, ofTicketChange } from "@/lib/edge/compat/haze";
import { putTicket } from "@/lib/edge/compat/haze/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  ...{ contract: getTicket, auth: ["user", "bot"], rateLimit: "rest", haze: ofTicket },
  handle: ({ app: { tickets }, actor, params }) => tickets.get(actor, params.ticket_id),
});
export const PATCH = route({
  ...{ contract: updateTicket, auth: ["user"], rateLimit: "rest" },
  handle: ({ app: { tickets }, actor, params, body, version }) =>
    tickets.update(actor, params.ticket_id, body, version),
});
export const PUT = route({
  ...{ contract: putTicket, auth: ["user"], rateLimit: "rest", haze: ofTicketChange },
  handle: ({ app, actor, params, body, version }) => changeTicket(app.tickets, actor, params.ticket_id, body, version),
});
export const DELETE = route({
  ...{ contract: deleteTicket, auth: ["user"], permission: "admin", rateLimit: "rest" },
  handle: ({ app: { tickets }, actor, params }) => tickets.remove(actor, params.ticket_id),
});
