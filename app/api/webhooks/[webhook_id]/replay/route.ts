import { route } from "@/lib/edge/http";
import { replayWebhook } from "@/lib/operations/webhooks/contract";

export const POST = route({
  contract: replayWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, params, body }) => ({
    success: true as const,
    ...(await app.webhooks.replay(actor, params.webhook_id, body.from)),
  }),
});
