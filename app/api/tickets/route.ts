import { listTickets, openTicket } from "@/lib/community/tickets/contract";
import { idempotencyKey, route } from "@/lib/edge/http";

export const GET = route({
  contract: listTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, query }) => tickets.list(actor, query),
});

export const POST = route({
  contract: openTicket,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ app: { tickets }, actor, body, req }) => {
    const ticket = await tickets.open(actor, body, idempotencyKey(req).idempotency_key);
    const { ticket_id, ticket_num, channel_id } = ticket;
    return { success: true as const, ticket_id, ticket_num, channel_id, message: "Ticket created", ticket };
  },
});
