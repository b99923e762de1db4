import { route } from "@/lib/edge/http";
import { createWebhook, listWebhooks } from "@/lib/operations/webhooks/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: listWebhooks,
  ...access,
  handle: async ({ app: { webhooks }, actor, query }) => {
    const page = await webhooks.list(actor, query);
    return { ...page, count: page.webhooks.length };
  },
});

export const POST = route({
  contract: createWebhook,
  ...access,
  scope: "admin",
  handle: async ({ app: { webhooks }, actor, body }) => ({
    success: true as const,
    ...(await webhooks.create(actor, body)),
  }),
});
