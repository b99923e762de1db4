import { route } from "@/lib/edge/http";
import { addStatusIncidentUpdate } from "@/lib/operations/status-pages/contract.incidents";

export const POST = route({
  contract: addStatusIncidentUpdate,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params: { page_id, incident_id }, body }) => ({
    ...{ success: true as const, incident: await app.statusIncidents.addUpdate(actor, page_id, incident_id, body) },
  }),
});
