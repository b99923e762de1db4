import { idempotencyKey, route } from "@/lib/http";
import { tickets } from "@/lib/tickets";
import { sendTicketMessage } from "@/lib/tickets/contract";

export const POST = route({
  contract: sendTicketMessage,
  auth: ["user", "bot"],
  rateLimit: "talk",
  handle: async ({ actor, params, body: { message, ...rest }, req }) => ({
    success: true as const,
    message: await tickets.send(actor, params.ticket_id, {
      client_id: idempotencyKey(req).idempotency_key,
      ...rest,
      content: message,
    }),
  }),
});
