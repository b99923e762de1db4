import { idempotencyKey, route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { listTicketMessages, postTicketMessage } from "@/lib/tickets/contract";

export const GET = route({
  contract: listTicketMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params, query }) => tickets.history(actor, params.ticket_id, query),
});

export const POST = route({
  contract: postTicketMessage,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ actor, params, body, req }) => ({
    success: true as const,
    message: await tickets.send(actor, params.ticket_id, { client_id: idempotencyKey(req).idempotency_key, ...body }),
  }),
});
