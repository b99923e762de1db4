import { claimTicket } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: claimTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, params }) => tickets.claim(actor, params.ticket_id),
});
