import { tickets } from "@/lib/community/tickets";
import { listAssignees } from "@/lib/community/tickets/desk/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listAssignees,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor }) => tickets.assignees(actor),
});
