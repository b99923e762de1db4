import { route } from "@/lib/edge/http";
import { pinView, unpinView } from "@/lib/fleet/views/contract";

const access = { auth: ["user"], scope: "admin", rateLimit: "rest" } as const;

export const POST = route({
  contract: pinView,
  ...access,
  handle: async ({ app, actor, params }) => ({
    success: true as const,
    view: await app.views.pin(actor, params.view_id),
  }),
});

export const DELETE = route({
  contract: unpinView,
  ...access,
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, view: await app.views.unpin(actor, params.view_id) },
  }),
});
