import { mergeTicket } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: mergeTicket,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, params, body }) => tickets.merge(actor, params.ticket_id, body.into),
});
