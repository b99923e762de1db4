import { route } from "@/lib/edge/http";
import { listWebhookDeliveries } from "@/lib/operations/webhooks/contract";

export const GET = route({
  contract: listWebhookDeliveries,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params, query }) => {
    const page = await app.webhooks.deliveries(actor, params.webhook_id, query);
    return { ...page, count: page.deliveries.length };
  },
});
