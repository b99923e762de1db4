import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { closeTicket } from "@/lib/tickets/contract";

export const POST = route({
  contract: closeTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, params, body }) => tickets.close(actor, params.ticket_id, body.reason),
});
