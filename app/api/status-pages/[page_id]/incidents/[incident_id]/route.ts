import { route } from "@/lib/edge/http";
import { deleteStatusIncident } from "@/lib/operations/status-pages/contract.incidents";

export const DELETE = route({
  contract: deleteStatusIncident,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, params: { page_id, incident_id } }) =>
    app.statusIncidents.remove(actor, page_id, incident_id).then(() => ({ success: true as const })),
});
