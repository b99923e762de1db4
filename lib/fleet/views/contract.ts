/** Contract of saved views: filters of the list of bots, or of logs, under a name. All our own ("muster"; docs/decisions/042). */
import { z } from "zod";
import { Cursor, EditedVersion, Name, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";
import { parseTime } from "@/lib/core/contract.time";
import { BotFilter, BotListQuery } from "@/lib/fleet/bots/contract";
import { COLUMN_NAME, COLUMNS_MAX, QUERY_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { AccountId } from "@/lib/identity/teams/contract";
import { PINS_MAX, VIEW_NAME_MAX, VIEW_PAGE_MAX, VIEW_PAGES } from "./contract.constants";

const ViewPage = z.enum(VIEW_PAGES);
export type ViewPage = z.infer<typeof ViewPage>;

/** The part of a query of the list of bots that a view keeps: its filters and its order, and no page of it. */
const BotsFilter = BotFilter.extend({ sort: BotListQuery.shape.sort });

const isRangeEnd = (text: string): boolean => /^now(-\d{1,6}[smhd])?$/.test(text) || !Number.isNaN(parseTime(text));
const RangeEnd = z.string().refine(isRangeEnd, {
  error: "must be now, a span before now such as now-24h, or a date and time such as 2026-01-01T12:00:00Z",
});
const areColumns = (text: string): boolean => {
  const names = text.split(",");
  return names.length <= COLUMNS_MAX && names.every((name) => COLUMN_NAME.test(name));
};
const Columns = z.string().refine(areColumns, {
  error: `must be 1 to ${COLUMNS_MAX} fields of the metadata with commas, such as guild,attempt`,
});
const LogsFilter = z
  .object({
    q: z.string().trim().max(QUERY_MAX).meta({ description: "logs: the query, as `GET /api/logs` reads it" }),
    from: RangeEnd.meta({ description: "logs: the start of the range; `now-24h` stays relative", example: "now-24h" }),
    to: RangeEnd.meta({ description: "logs: the end of the range", example: "now" }),
    columns: Columns.meta({
      description: "logs: fields of the metadata that the console shows as columns",
      example: "guild,attempt",
    }),
  })
  .partial();

/** The fields by which the views of each page filter. The service refuses those of another page. */
export const FILTER_FIELDS: Record<ViewPage, readonly string[]> = {
  bots: Object.keys(BotsFilter.shape),
  logs: Object.keys(LogsFilter.shape),
};
const ViewFilter = BotsFilter.extend(LogsFilter.shape);
export type ViewFilter = z.output<typeof ViewFilter>;

export const SavedView = z
  .object({
    view_id: z.string(),
    name: z.string(),
    page: ViewPage.meta({ description: "The page that it filters: the list of bots, or the logs." }),
    filter: ViewFilter,
    team_id: z.number().int().nullable().meta({ description: "The team whose members see it; null: only you do." }),
    created_by: z.number().int(),
    pinned: z.boolean().meta({ description: "Whether it is in your sidebar." }),
    can_manage: z.boolean().meta({ description: "Whether you may change and delete it." }),
    version: Version,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "SavedView" });
export type SavedView = z.infer<typeof SavedView>;

const ViewFields = z.object({
  name: Name(VIEW_NAME_MAX).meta({ example: "Night bots" }),
  filter: ViewFilter,
  team_id: AccountId.nullable()
    .default(null)
    .meta({ description: "A team of yours to share it with; null: only you." }),
});
export type ViewInput = z.output<typeof ViewFields>;
const NewView = ViewFields.extend({
  page: ViewPage.default("bots").meta({ description: "The page that it filters. It cannot be changed later." }),
});
export type NewView = z.output<typeof NewView>;

const ViewParams = z.object({ view_id: z.string().min(1).max(64) });
const OURS = { document: "muster" } as const;
const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const CHANGE = [...READ, "CONFLICT"] as const;

export const listViews = {
  ...OURS,
  id: "listViews",
  method: "GET",
  path: "/api/views",
  summary: "List your saved views, newest first",
  description: "Those that you keep alone, and those that are shared with your teams.",
  query: z.object({
    limit: WholeNumber(VIEW_PAGE_MAX, VIEW_PAGE_MAX),
    cursor: Cursor,
    pinned: z.literal("true").optional().meta({ description: "only those in your sidebar" }),
    page: z
      .enum([...VIEW_PAGES, "all"])
      .default("bots")
      .meta({ description: "those that filter this page, or all" }),
  }),
  response: z.object({ views: z.array(SavedView), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: READ,
} as const satisfies Operation;

export const createView = {
  ...OURS,
  id: "createView",
  method: "POST",
  path: "/api/views",
  summary: "Save a view of the list of bots, or of logs",
  description: `A view of bots holds filters and an order by the names that the query of \`GET /api/bots\` has for them. A view of logs (\`page\`: \`logs\`) holds the query \`q\`, the range \`from\` and \`to\`, and the \`columns\`. A name is used once by a person, and once in a team. Every member may share a view with a team. It shows each member the bots that the member may see, and their logs.`,
  body: NewView,
  response: Success.extend({ view: SavedView }),
  errors: CHANGE,
  example: { body: { name: "Night bots", filter: { tag: "night", status: "offline" } } },
} as const satisfies Operation;

export const getView = {
  ...OURS,
  id: "getView",
  method: "GET",
  path: "/api/views/{view_id}",
  summary: "Get a saved view",
  params: ViewParams,
  response: z.object({ view: SavedView }),
  etag: "view.version",
  errors: READ,
} as const satisfies Operation;

export const updateView = {
  ...OURS,
  id: "updateView",
  method: "PUT",
  path: "/api/views/{view_id}",
  summary: "Replace a saved view",
  description:
    "For the person who created it and for owners of the team. Only the person who created it decides with whom it is shared.",
  params: ViewParams,
  body: ViewFields.extend({ version: EditedVersion }),
  update: "closed",
  response: Success.extend({ view: SavedView }),
  etag: "view.version",
  errors: CHANGE,
} as const satisfies Operation;

export const deleteView = {
  ...OURS,
  id: "deleteView",
  method: "DELETE",
  path: "/api/views/{view_id}",
  summary: "Delete a saved view",
  description: "For the person who created it and for owners of the team. It leaves every sidebar.",
  params: ViewParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;

export const pinView = {
  ...OURS,
  id: "pinView",
  method: "POST",
  path: "/api/views/{view_id}/pin",
  summary: "Add a saved view to your sidebar",
  description: `At most ${PINS_MAX} at a time. Other members of the team do not see it.`,
  params: ViewParams,
  response: Success.extend({ view: SavedView }),
  errors: CHANGE,
} as const satisfies Operation;

export const unpinView = {
  ...OURS,
  id: "unpinView",
  method: "DELETE",
  path: "/api/views/{view_id}/pin",
  summary: "Remove a saved view from your sidebar",
  params: ViewParams,
  response: Success.extend({ view: SavedView }),
  errors: READ,
} as const satisfies Operation;
