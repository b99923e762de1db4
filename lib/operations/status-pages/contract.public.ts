/** Contract of what people without an account read of status pages. All our own ("muster"; docs/decisions/041). */
import { z } from "zod";
import { type Operation, Time, WholeNumber } from "@/lib/core/contract";
import { COMPONENT_STATES, COMPONENTS_MAX, HISTORY_DAYS, OUTAGES_MAX, UPTIME_DAYS } from "./contract.constants";
import { Incident } from "./contract.incidents";

const Share = z.number().min(0).max(1).nullable();

export const StatusLine = z
  .object({
    name: z.string(),
    state: z.enum(COMPONENT_STATES),
    bots: z.number().int().meta({ description: "How many bots the line sums up." }),
    up: z.number().int().meta({ description: "How many of them are online." }),
    uptime: Share.meta({ description: `Share of ${UPTIME_DAYS} days; null before the first report.` }),
    days: z.array(Share).meta({ description: `The share of each of ${UPTIME_DAYS} times 24 hours up to now.` }),
  })
  .meta({ id: "StatusLine" });
export type StatusLine = z.infer<typeof StatusLine>;

export const StatusReport = z
  .object({
    title: z.string(),
    description: z.string(),
    visibility: z.enum(["link", "public"]),
    state: z.enum(COMPONENT_STATES).meta({ description: "Of the page as a whole." }),
    at: Time.meta({ description: "When it was computed; at most 15 s ago." }),
    components: z.array(StatusLine),
    incidents: z.array(Incident).meta({ description: `Open ones, and those of ${HISTORY_DAYS} days; newest first.` }),
    outages: z.array(z.object({ name: z.string(), started_at: Time, ended_at: Time.nullable() })).meta({
      description: `Times of ${HISTORY_DAYS} days in which a single bot was offline, the newest ${OUTAGES_MAX}.`,
    }),
    maintenance: z
      .array(z.object({ names: z.array(z.string()), starts_at: Time, ends_at: Time, is_active: z.boolean() }))
      .meta({ description: "Active and upcoming times of maintenance windows." }),
  })
  .meta({ id: "StatusReport" });
export type StatusReport = z.infer<typeof StatusReport>;

const ReportParams = z.object({ slug: z.string().min(1).max(64) });
const Key = z.string().max(64).optional().meta({ description: "the secret of a page with visibility `link`" });
const OURS = { document: "muster", errors: ["INVALID_INPUT", "NOT_FOUND"] } as const;

export const getStatusReport = {
  ...OURS,
  id: "getStatusReport",
  method: "GET",
  path: "/api/status/{slug}",
  summary: "Read a status page",
  description:
    "Needs no account. A page that is off, or whose secret is missing or wrong, is answered as one that does not exist.",
  params: ReportParams,
  query: z.object({ key: Key }),
  response: StatusReport,
} as const satisfies Operation;

export const getStatusBadge = {
  ...OURS,
  id: "getStatusBadge",
  method: "GET",
  path: "/api/status/{slug}/badge",
  summary: "Get a picture of a status page's state",
  description: "An SVG for a README or a web site, of the whole page or of one of its lines.",
  params: ReportParams,
  query: z.object({
    key: Key,
    line: WholeNumber(0, COMPONENTS_MAX).meta({ description: "a line of the page, from 1; 0: the whole page" }),
    show: z.enum(["state", "uptime"]).default("state"),
  }),
  response: z.unknown(),
  alsoProduces: ["image/svg+xml"],
} as const satisfies Operation;
