import { route } from "@/lib/edge/http";
import * as contract from "@/lib/operations/status-pages/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: contract.getStatusPage,
  ...access,
  handle: async ({ app, actor, params }) => ({ page: await app.statusPages.get(actor, params.page_id) }),
});

export const PUT = route({
  contract: contract.updateStatusPage,
  ...access,
  handle: async ({ app, actor, params, body: { version: _, ...input }, version }) => ({
    ...{ success: true as const, page: await app.statusPages.update(actor, params.page_id, input, version) },
  }),
});

export const DELETE = route({
  contract: contract.deleteStatusPage,
  ...access,
  handle: ({ app, actor, params }) =>
    app.statusPages.remove(actor, params.page_id).then(() => ({ success: true as const })),
});
