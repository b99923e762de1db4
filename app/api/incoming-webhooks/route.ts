import { route } from "@/lib/edge/http";
import { createIncomingWebhook, listIncomingWebhooks } from "@/lib/operations/incoming/contract";

export const GET = route({
  contract: listIncomingWebhooks,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.incoming.list(actor, query),
});

export const POST = route({
  contract: createIncomingWebhook,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({ success: true as const, ...(await app.incoming.create(actor, body)) }),
});
