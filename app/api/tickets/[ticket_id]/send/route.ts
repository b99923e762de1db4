import { sendTicketMessage } from "@/lib/community/tickets/conversation/contract";
import { idempotencyKey, route } from "@/lib/edge/http";

export const POST = route({
  contract: sendTicketMessage,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ app: { tickets }, actor, params, body: { message, ...rest }, req }) => ({
    success: true as const,
    message: await tickets.send(actor, params.ticket_id, {
      client_id: idempotencyKey(req).idempotency_key,
      ...rest,
      content: message,
    }),
  }),
});
