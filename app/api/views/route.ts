import { route } from "@/lib/edge/http";
import { createView, listViews } from "@/lib/fleet/views/contract";

export const GET = route({
  contract: listViews,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.views.list(actor, query),
});

export const POST = route({
  contract: createView,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({ success: true as const, view: await app.views.create(actor, body) }),
});
