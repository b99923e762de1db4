import { route } from "@/lib/edge/http";
import { deleteView, getView, updateView } from "@/lib/fleet/views/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: getView,
  ...access,
  handle: async ({ app, actor, params }) => ({ view: await app.views.get(actor, params.view_id) }),
});

export const PUT = route({
  contract: updateView,
  ...{ ...access, scope: "admin" },
  handle: async ({ app, actor, params, body: { version: _, ...input }, version }) => ({
    ...{ success: true as const, view: await app.views.update(actor, params.view_id, input, version) },
  }),
});

export const DELETE = route({
  contract: deleteView,
  ...{ ...access, scope: "admin" },
  handle: ({ app, actor, params }) => app.views.remove(actor, params.view_id).then(() => ({ success: true as const })),
});
