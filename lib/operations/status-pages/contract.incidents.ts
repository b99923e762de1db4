/** Contract of the incidents that people report on status pages. All our own ("muster"; docs/decisions/041). */
import { z } from "zod";
import { Cursor, Name, NameOrEmpty, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { CHANGE, PageParams, READ } from "./contract";
import { IMPACTS, INCIDENT_STATES, INCIDENTS_MAX, UPDATES_MAX } from "./contract.constants";

const IncidentUpdate = z
  .object({ state: z.enum(INCIDENT_STATES), text: z.string(), at: Time })
  .meta({ id: "StatusIncidentUpdate" });

/** An incident as readers see it too: the people who wrote it are not named. */
export const Incident = z
  .object({
    incident_id: z.string(),
    title: z.string(),
    impact: z.enum(IMPACTS).meta({ description: "`major`: the page says that there is an outage" }),
    state: z.enum(INCIDENT_STATES),
    started_at: Time,
    resolved_at: Time.nullable(),
    updates: z.array(IncidentUpdate).meta({ description: "Newest first." }),
  })
  .meta({ id: "StatusIncident" });
export type Incident = z.infer<typeof Incident>;

const Text = NameOrEmpty(2000).meta({ description: "What readers should know now." });
const IncidentParams = PageParams.extend({ incident_id: z.string().min(1).max(64) });
const OURS = { document: "muster" } as const;

export const listStatusIncidents = {
  ...OURS,
  id: "listStatusIncidents",
  method: "GET",
  path: "/api/status-pages/{page_id}/incidents",
  summary: "List the incidents of a status page, newest first",
  params: PageParams,
  query: z.object({ limit: WholeNumber(20, 50), cursor: Cursor }),
  response: z.object({
    incidents: z.array(Incident),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: READ,
} as const satisfies Operation;

export const createStatusIncident = {
  ...OURS,
  id: "createStatusIncident",
  method: "POST",
  path: "/api/status-pages/{page_id}/incidents",
  summary: "Report an incident on a status page",
  description: `Readers see it at once. A page keeps its newest ${INCIDENTS_MAX} incidents.`,
  params: PageParams,
  body: z.object({
    title: Name(120).meta({ example: "Commands are answered late" }),
    impact: z.enum(IMPACTS).default("minor"),
    state: z.enum(INCIDENT_STATES).default("investigating"),
    text: Text.default(""),
  }),
  response: Success.extend({ incident: Incident }),
  errors: READ,
} as const satisfies Operation;

export const addStatusIncidentUpdate = {
  ...OURS,
  id: "addStatusIncidentUpdate",
  method: "POST",
  path: "/api/status-pages/{page_id}/incidents/{incident_id}/updates",
  summary: "Add an update to an incident",
  description: `Its state becomes that of the update. An update of a resolved incident opens it again, unless it is \`resolved\` too. An incident has at most ${UPDATES_MAX} updates.`,
  params: IncidentParams,
  body: z.object({ state: z.enum(INCIDENT_STATES), text: Text.default("") }),
  response: Success.extend({ incident: Incident }),
  errors: CHANGE,
} as const satisfies Operation;

export const deleteStatusIncident = {
  ...OURS,
  id: "deleteStatusIncident",
  method: "DELETE",
  path: "/api/status-pages/{page_id}/incidents/{incident_id}",
  summary: "Delete an incident of a status page",
  params: IncidentParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;
