import { route } from "@/lib/edge/http";
import { createStatusIncident, listStatusIncidents } from "@/lib/operations/status-pages/contract.incidents";

export const GET = route({
  contract: listStatusIncidents,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, params, query }) => app.statusIncidents.list(actor, params.page_id, query),
});

export const POST = route({
  contract: createStatusIncident,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params, body }) => ({
    ...{ success: true as const, incident: await app.statusIncidents.create(actor, params.page_id, body) },
  }),
});
