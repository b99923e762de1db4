import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { assignTicket } from "@/lib/tickets/contract";

export const POST = route({
  contract: assignTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, params, body }) => tickets.assign(actor, params.ticket_id, body.user_id),
});
