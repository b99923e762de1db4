import { route } from "@/lib/edge/http";
import { testIncomingWebhook } from "@/lib/operations/incoming/contract";

export const POST = route({
  contract: testIncomingWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app, actor, params, body }) => app.incoming.test(actor, params.hook_id, body),
});
