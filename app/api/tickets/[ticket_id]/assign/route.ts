import { assignTicket } from "@/lib/community/tickets/contract";
import { ofAssignment } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: assignTicket,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofAssignment,
  handle: ({ app: { tickets }, actor, params, body }) => tickets.assign(actor, params.ticket_id, body.user_id),
});
