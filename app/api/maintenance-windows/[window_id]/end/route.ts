import { route } from "@/lib/edge/http";
import { endWindow } from "@/lib/operations/maintenance/contract";

export const POST = route({
  contract: endWindow,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({
    ...{ success: true as const, window: await app.maintenance.end(actor, params.window_id) },
  }),
});
