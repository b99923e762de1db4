import { listTicketAssignees } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listTicketAssignees,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, query }) => tickets.assignees(actor, query.ticket_id),
});
