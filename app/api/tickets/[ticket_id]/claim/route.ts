import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { claimTicket } from "@/lib/tickets/contract";

export const POST = route({
  contract: claimTicket,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor, params }) => tickets.claim(actor, params.ticket_id),
});
