import { route } from "@/lib/edge/http";
import { rotateWebhookSecret } from "@/lib/operations/webhooks/contract";

export const POST = route({
  contract: rotateWebhookSecret,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, params, body }) => ({
    success: true as const,
    ...(await app.webhooks.rotate(actor, params.webhook_id, body.overlap_hours)),
  }),
});
