import { route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { markTicketRead } from "@/lib/tickets/contract";

export const POST = route({
  contract: markTicketRead,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: async ({ actor, params, body }) => ({
    success: true as const,
    unread_count: await tickets.markRead(actor, params.ticket_id, body.last_seq),
  }),
});
