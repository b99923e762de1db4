/** Contract of the audit log: who changed or revealed what, from where, and with which outcome. */
import { z } from "zod";
import { AnyObject, Bom, BotId, Instant, type Operation, Time, WholeNumber } from "@/lib/core/contract";
import { ByKind } from "./contract.sender";

/** The most records on one page. */
export const PAGE_MAX = 200;
/** The most records of one export. */
export const EXPORT_MAX = 1_000_000;

const Outcome = z.enum(["done", "refused", "failed"]);

export const AuditEntry = z
  .object({
    id: z.string(),
    at: Time,
    action: z.string().meta({ description: "the id of the operation, as in the API document", example: "updateUser" }),
    outcome: Outcome,
    code: z.string().nullable().meta({ description: "the error code of an act that was refused or failed" }),
    by: z.object({
      kind: ByKind.meta({ description: "`key`: a person, by an API key. `team_key`: a team, by a service key" }),
      id: z.string().nullable(),
      name: z.string().nullable(),
      key_id: z.string().nullable(),
    }),
    from: z.object({ address: z.string().nullable(), user_agent: z.string().nullable() }),
    target: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
    bot_id: z.string().nullable(),
    team_id: z.number().int().nullable().meta({ description: "the team that owned the target at that time" }),
    before: AnyObject.nullable().meta({ description: "the changed fields as they were; secrets are masked" }),
    after: AnyObject.nullable().meta({ description: "the changed fields as they are; secrets are masked" }),
    fields: z
      .array(z.string())
      .nullable()
      .meta({ description: "names of the fields that were sent, where before and after are not known" }),
    request_id: z.string().nullable(),
    seal: z
      .object({ position: z.number().int(), hash: z.string() })
      .nullable()
      .meta({ description: "place in the chain; null until it is sealed, which takes a few seconds" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

const Text = (max: number) => z.string().max(max).optional();

const NO_TEAM = "must be the id of a team";

/** Filters that the list and the export share. */
export const AuditFilters = {
  bot_id: BotId.optional().meta({ description: "acts on this bot, its commands and what belongs to it" }),
  user_id: z
    .string()
    .regex(/^\d{1,9}$/, { error: "must be the id of a user" })
    .transform(Number)
    .optional()
    .meta({ type: "integer", description: "acts by this person, and by others on this person's account" }),
  team_id: z
    .string()
    .regex(/^\d{1,10}$/, { error: NO_TEAM })
    .transform(Number)
    .refine((id) => id < 2 ** 31, { error: NO_TEAM })
    .optional()
    .meta({
      type: "integer",
      description: "acts on this team and on what it owned then. A personal team has the id of the person",
    }),
  by: ByKind.optional(),
  action: z
    .string()
    .regex(/^\w{1,64}$/, { error: "must be the id of an operation" })
    .optional()
    .meta({ description: "the id of an operation", example: "updateUser" }),
  outcome: Outcome.optional(),
  target_type: z
    .string()
    .regex(/^[a-z_]{1,64}$/, { error: "must be the name of a kind of target" })
    .optional(),
  target_id: Text(128),
  request_id: Text(64),
  since: Instant,
  until: Instant,
  q: z
    .string()
    .trim()
    .max(100)
    .optional()
    .meta({ description: "part of a name, id, address or changed value. A page of a search may hold fewer rows" }),
};

export const exportAudit = {
  id: "exportAudit",
  method: "GET",
  path: "/api/export/audit",
  summary: "Export the audit log",
  description:
    "Exports the entries that the list shows for the same filters, newest first, to everybody who may read them. Streams one JSON document, NDJSON or CSV.",
  document: "muster",
  query: z.object({
    ...AuditFilters,
    limit: WholeNumber(10_000, EXPORT_MAX),
    format: z.enum(["json", "ndjson", "csv"]).default("json"),
    bom: Bom,
  }),
  response: z.object({ exported_at: Time, count: z.number().int(), entries: z.array(AuditEntry) }),
  alsoProduces: ["application/x-ndjson", "text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

const AuditQuery = z.object({
  ...AuditFilters,
  limit: WholeNumber(50, PAGE_MAX),
  cursor: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/, { error: "is not a cursor of this list" })
    .optional()
    .meta({ description: "next_cursor of the page before" }),
});
export type AuditQuery = z.output<typeof AuditQuery>;

export const listAudit = {
  id: "listAudit",
  method: "GET",
  path: "/api/audit",
  summary: "List the audit log",
  description:
    "Newest first. Admins read everything. With `bot_id`, so do people who manage that bot, about the bot, and with `team_id` maintainers of that team; everybody else reads their own acts and those on their account. Sent commands are listed too, under every filter, as acts of `sendCommand` that are done. A page may be short while `next_cursor` leads on.",
  document: "muster",
  query: AuditQuery,
  response: z.object({ entries: z.array(AuditEntry), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
