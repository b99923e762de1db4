import { listTicketMessages, postTicketMessage } from "@/lib/community/tickets/conversation/contract";
import { idempotencyKey, route } from "@/lib/edge/http";

export const GET = route({
  contract: listTicketMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { tickets }, actor, params, query }) => tickets.history(actor, params.ticket_id, query),
});

export const POST = route({
  contract: postTicketMessage,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ app: { tickets }, actor, params, body, req }) => ({
    success: true as const,
    message: await tickets.send(actor, params.ticket_id, { client_id: idempotencyKey(req).idempotency_key, ...body }),
  }),
});
