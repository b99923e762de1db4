import { route } from "@/lib/edge/http";
import { testWebhook } from "@/lib/operations/webhooks/contract";

export const POST = route({
  contract: testWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app, actor, params }) => app.webhooks.test(actor, params.webhook_id),
});
