import { tickets } from "@/lib/community/tickets";
import { reopenTicket } from "@/lib/community/tickets/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: reopenTicket,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => tickets.reopen(actor, params.ticket_id),
});
