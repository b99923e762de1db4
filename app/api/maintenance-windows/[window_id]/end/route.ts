import { route } from "@/lib/edge/http";
import { endMaintenanceWindow } from "@/lib/operations/maintenance/contract";

export const POST = route({
  contract: endMaintenanceWindow,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, window: await app.maintenance.end(actor, params.window_id) },
  }),
});
