import { route } from "@/lib/edge/http";
import { rotateIncomingWebhook } from "@/lib/operations/incoming/contract";

export const POST = route({
  contract: rotateIncomingWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    success: true as const,
    ...(await app.incoming.rotate(actor, params.hook_id)),
  }),
});
