import { assignTicket } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: assignTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, params, body }) => tickets.assign(actor, params.ticket_id, body.user_id),
});
