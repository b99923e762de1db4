import { markTicketRead } from "@/lib/community/tickets/conversation/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: markTicketRead,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ app: { tickets }, actor, params, body }) => ({
    success: true as const,
    unread_count: await tickets.markRead(actor, params.ticket_id, body.last_seq),
  }),
});
