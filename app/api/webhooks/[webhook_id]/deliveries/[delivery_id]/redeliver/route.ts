import { route } from "@/lib/edge/http";
import { redeliverWebhook } from "@/lib/operations/webhooks/contract";

export const POST = route({
  contract: redeliverWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    success: true as const,
    delivery: await app.webhooks.redeliver(actor, params.webhook_id, params.delivery_id),
  }),
});
