import { route } from "@/lib/edge/http";
import { createWindow, listWindows } from "@/lib/operations/maintenance/contract";

export const GET = route({
  contract: listWindows,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.maintenance.list(actor, query),
});

export const POST = route({
  contract: createWindow,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({
    ...{ success: true as const, window: await app.maintenance.create(actor, body) },
  }),
});
