import { listTickets, openTicket } from "@/lib/community/tickets/contract";
import { ofOpening, ofTickets } from "@/lib/edge/compat/haze";
import { idempotencyKey, route } from "@/lib/edge/http";

export const GET = route({
  contract: listTickets,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofTickets,
  handle: ({ app: { tickets }, actor, query }) => tickets.list(actor, query),
});

export const POST = route({
  contract: openTicket,
  auth: ["user", "bot"],
  rateLimit: "talk",
  haze: ofOpening,
  handle: async ({ app, actor, body, req }) => {
    const ticket = await app.tickets.open(actor, body, idempotencyKey(req).idempotency_key);
    if (actor.kind === "user") await app.social.xp.earn(actor, "ticket_created");
    const { ticket_id, ticket_num, channel_id } = ticket;
    return { success: true as const, ticket_id, ticket_num, channel_id, message: "Ticket created", ticket };
  },
});
