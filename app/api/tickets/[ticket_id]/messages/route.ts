import { listTicketMessages, postTicketMessage } from "@/lib/community/tickets/conversation/contract";
import { ofMessages, ofSending } from "@/lib/edge/compat/haze";
import { idempotencyKey, route } from "@/lib/edge/http";

export const GET = route({
  contract: listTicketMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofMessages,
  handle: ({ app: { tickets }, actor, params, query }) => tickets.history(actor, params.ticket_id, query),
});

export const POST = route({
  contract: postTicketMessage,
  auth: ["user", "bot"],
  rateLimit: "talk",
  haze: ofSending,
  handle: async ({ app: { tickets }, actor, params, body, req }) => ({
    success: true as const,
    message: await tickets.send(actor, params.ticket_id, { client_id: idempotencyKey(req).idempotency_key, ...body }),
  }),
});
