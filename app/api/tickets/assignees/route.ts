import { listTicketAssignees } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listTicketAssignees,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor }) => tickets.assignees(actor),
});
