import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { listAssignees } from "@/lib/tickets/contract.desk";

export const GET = route({
  contract: listAssignees,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  handle: ({ actor }) => tickets.assignees(actor),
});
