/** Contract of the server itself. Source: 001 GET /api/health; the rest is our own. */
import { z } from "zod";
import { type Operation, Time } from "@/lib/contract";

const Check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

export const health = {
  summary: "Is the server well?",
  description:
    "`detailed=true` adds checks: database, disk, writes, redis, mail. It answers 503 when one of the first three fails; without Redis or mail the server still serves its bots.",
  document: "001 Authentication & Authorization Hierarchy: GET /api/health",
  query: z.object({ detailed: z.enum(["true", "false"]).optional() }),
  response: z.object({
    status: z.enum(["ok", "unhealthy"]),
    timestamp: Time,
    service: z.string(),
    version: z.string(),
    checks: z.array(Check).optional(),
  }),
  errors: ["INVALID_INPUT", "UNAVAILABLE"],
} as const satisfies Operation;

export const systemInfo = {
  summary: "The running server, for its admins",
  document: "muster",
  response: z.object({
    version: z.string(),
    node: z.string(),
    started_at: Time,
    database: z.enum(["sqlite", "postgresql"]),
    database_bytes: z.number().int().nullable(),
    data_dir: z.string(),
    rss_bytes: z.number().int(),
    event_loop_delay_ms: z.number(),
    sockets: z.object({ consoles: z.number().int(), bots: z.number().int() }),
    ingest: z.object({ rows: z.number().int(), flushes: z.number().int(), queued: z.number().int() }),
    mail: z.object({ mode: z.enum(["smtp", "outbox"]), where: z.string() }),
    /** Document 004's endpoints need no credential (OPEN_BOT_API). */
    open_bot_api: z.boolean(),
    checks: z.array(Check),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
export type SystemInfo = z.infer<typeof systemInfo.response>;

export const openapi = {
  summary: "This API as OpenAPI 3.1",
  document: "muster",
  response: z.looseObject({ openapi: z.string() }),
  errors: [],
} as const satisfies Operation;
