import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { mergeTicket } from "@/lib/tickets/contract.desk";

export const POST = route({
  contract: mergeTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, params, body }) => tickets.merge(actor, params.ticket_id, body.into),
});
