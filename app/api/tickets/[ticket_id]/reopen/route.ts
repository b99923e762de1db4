import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { reopenTicket } from "@/lib/tickets/contract";

export const POST = route({
  contract: reopenTicket,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => tickets.reopen(actor, params.ticket_id),
});
