import { route } from "@/lib/edge/http";
import { createMaintenanceWindow, listMaintenanceWindows } from "@/lib/operations/maintenance/contract";

export const GET = route({
  contract: listMaintenanceWindows,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.maintenance.list(actor, query),
});

export const POST = route({
  contract: createMaintenanceWindow,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({
    ...{ success: true as const, window: await app.maintenance.create(actor, body) },
  }),
});
