import { route } from "@/lib/edge/http";
import { deleteWebhook, getWebhook, updateWebhook } from "@/lib/operations/webhooks/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: getWebhook,
  ...access,
  handle: async ({ app, actor, params }) => ({ webhook: await app.webhooks.get(actor, params.webhook_id) }),
});

export const PATCH = route({
  contract: updateWebhook,
  ...{ ...access, scope: "admin" },
  handle: async ({ app, actor, params, body, version }) => ({
    ...{ success: true as const, webhook: await app.webhooks.update(actor, params.webhook_id, body, version) },
  }),
});

export const DELETE = route({
  contract: deleteWebhook,
  ...{ ...access, scope: "admin" },
  handle: ({ app, actor, params }) =>
    app.webhooks.remove(actor, params.webhook_id).then(() => ({ success: true as const })),
});
