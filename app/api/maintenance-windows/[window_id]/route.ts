import { route } from "@/lib/edge/http";
import * as contract from "@/lib/operations/maintenance/contract";

const access = { auth: ["user"], rateLimit: "rest" } as const;

export const GET = route({
  contract: contract.getMaintenanceWindow,
  ...access,
  handle: async ({ app, actor, params }) => ({ window: await app.maintenance.get(actor, params.window_id) }),
});

export const PUT = route({
  contract: contract.updateMaintenanceWindow,
  ...access,
  handle: async ({ app, actor, params, body: { version: _, ...input }, version }) => ({
    ...{ success: true as const, window: await app.maintenance.update(actor, params.window_id, input, version) },
  }),
});

export const DELETE = route({
  contract: contract.deleteMaintenanceWindow,
  ...access,
  handle: ({ app, actor, params }) =>
    app.maintenance.remove(actor, params.window_id).then(() => ({ success: true as const })),
});
