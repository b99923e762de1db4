import { route } from "@/lib/edge/http";
import { getWebhookDelivery } from "@/lib/operations/webhooks/contract";

export const GET = route({
  contract: getWebhookDelivery,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, params }) => app.webhooks.delivery(actor, params.webhook_id, params.delivery_id),
});
