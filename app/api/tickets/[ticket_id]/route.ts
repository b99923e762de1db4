import { deleteTicket, getTicket } from "@/lib/community/tickets/contract";
import { updateTicket } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  ...{ contract: getTicket, auth: ["user", "bot"], rateLimit: "rest" },
  handle: ({ app: { tickets }, actor, params }) => tickets.get(actor, params.ticket_id),
});

export const PATCH = route({
  ...{ contract: updateTicket, auth: ["user"], permission: "staff", rateLimit: "rest" },
  handle: ({ app: { tickets }, actor, params, body, version }) =>
    tickets.update(actor, params.ticket_id, body, version),
});

export const DELETE = route({
  ...{ contract: deleteTicket, auth: ["user"], permission: "admin", rateLimit: "rest" },
  handle: ({ app: { tickets }, actor, params }) => tickets.remove(actor, params.ticket_id),
});
