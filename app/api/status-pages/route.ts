import { route } from "@/lib/edge/http";
import { createStatusPage, listStatusPages } from "@/lib/operations/status-pages/contract";

export const GET = route({
  contract: listStatusPages,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, query }) => app.statusPages.list(actor, query),
});

export const POST = route({
  contract: createStatusPage,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, body }) => ({
    ...{ success: true as const, page: await app.statusPages.create(actor, body) },
  }),
});
