/** Contract of the server itself. Source: 001 GET /api/health; the rest is our own. */
import { z } from "zod";
import { type Operation, Time } from "@/lib/core/contract";

const Check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

export const getHealth = {
  id: "getHealth",
  method: "GET",
  path: "/api/health",
  summary: "Check the server's health",
  description:
    "`detailed=true` adds checks: database, disk, writes, redis, mail, pages. Returns 503 if one of the first three fails; without Redis, mail or pages the server still serves its bots. A server that is stopping always returns 503.",
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

export const getSystemInfo = {
  id: "getSystemInfo",
  method: "GET",
  path: "/api/admin/system",
  summary: "Get details of the running server (admin)",
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
    sockets: z
      .object({
        consoles: z.number().int(),
        bots: z.number().int(),
        ws: z.number().int(),
        graphql: z.number().int(),
      })
      .meta({ description: "Connected to the process that answers: by Socket.IO, to /ws, to /graphql." }),
    ingest: z.object({ rows: z.number().int(), flushes: z.number().int(), queued: z.number().int() }),
    mail: z.object({ mode: z.enum(["smtp", "outbox"]), where: z.string() }),
    open_bot_api: z.boolean().meta({ description: "Document 004's endpoints need no credential (OPEN_BOT_API)." }),
    open_ops_api: z
      .boolean()
      .meta({ description: "Local programs need no credential on document 002's paths (OPEN_OPS_API)." }),
    checks: z.array(Check),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
export type SystemInfo = z.infer<typeof getSystemInfo.response>;

export const getOpenApi = {
  id: "getOpenApi",
  method: "GET",
  path: "/api/openapi.json",
  summary: "Get this API's OpenAPI 3.1 document",
  document: "muster",
  response: z.looseObject({ openapi: z.string() }),
  errors: [],
} as const satisfies Operation;

export const getAsyncApi = {
  id: "getAsyncApi",
  method: "GET",
  path: "/asyncapi.json",
  summary: "Get the AsyncAPI 3 document of this server's events",
  document: "muster",
  response: z.looseObject({ asyncapi: z.string() }),
  errors: [],
} as const satisfies Operation;

/** Document 002 "System Status". Shares are written as "45%", durations as "5 days, 3 hours". */
export const getSystemStatus = {
  id: "getSystemStatus",
  method: "GET",
  path: "/api/system/status",
  summary: "Get a summary of the server's status",
  document: "002 Queries: System Status",
  response: z.object({
    version: z.string(),
    uptime: z.string().meta({ example: "5 days, 3 hours" }),
    activeTasks: z.number().int(),
    totalDownloads: z.number().int(),
    totalUploads: z.number().int(),
    memoryUsage: z.string().meta({ example: "45%" }),
    cpuUsage: z.string().meta({ example: "23%" }),
    timestamp: Time,
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type SystemStatus = z.infer<typeof getSystemStatus.response>;

export const getLoggerStats = {
  id: "getLoggerStats",
  method: "GET",
  path: "/api/system/logger",
  summary: "Count logs by level",
  description:
    "Covers the logs of bots you can see. `infoCount` counts all logs that are not warnings, errors or critical. `recentErrors` are the newest ten. `logFileSize` is that of the server's own log (DATA_DIR/logs), for admins.",
  document: "002 Queries: Logger Statistics",
  response: z.object({
    totalLogs: z.number().int(),
    errorCount: z.number().int(),
    warningCount: z.number().int(),
    infoCount: z.number().int(),
    criticalCount: z.number().int(),
    recentErrors: z.array(z.string()).meta({ example: ["Connection timeout at 10:25:00"] }),
    logFileSize: z.string().nullable().meta({ example: "12.5 MB" }),
    logDirectory: z.string().nullable().meta({ description: "The folder of the server's own log, for admins." }),
    logFileCount: z.number().int().nullable().meta({ description: "Files of the server's own log, for admins." }),
    totalSizeBytes: z.number().int().nullable().meta({ description: "Bytes of these files, for admins." }),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type LoggerStats = z.infer<typeof getLoggerStats.response>;

export const getMachineMetrics = {
  id: "getMachineMetrics",
  method: "GET",
  path: "/api/system/metrics",
  summary: "Get the machine's processor, memory, disk and network use",
  description: "Percentages are numbers; network rates are bytes per second. Measured at most every 2 s.",
  document: "002 Subscriptions: System Metrics Stream",
  response: z.object({
    timestamp: Time,
    cpuUsage: z.number(),
    memoryUsage: z.number(),
    diskUsage: z.number(),
    networkIn: z.number(),
    networkOut: z.number(),
    activeTasks: z.number().int(),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export type MachineMetrics = z.infer<typeof getMachineMetrics.response>;

const BackgroundJob = z
  .object({
    name: z.string().meta({ description: "The room and what the job does: `mail.send`." }),
    state: z
      .enum(["waiting", "running", "standby", "stopped"])
      .meta({ description: "`standby`: another process runs it, and this one goes on with it when that one ends." }),
    runs_in: z.enum(["every_process", "one_process"]),
    interval_s: z.number().meta({
      description: "Seconds from the end of a run to the next; for a queue, between checks that no event triggered.",
    }),
    last_run: Time.nullable(),
    last_success: Time.nullable(),
    duration_ms: z.number().int().nullable(),
    next_run: Time.nullable().meta({ description: "Null while it runs or is stopped." }),
    runs: z.number().int().meta({ description: "Runs since the process started; of a queue, its items." }),
    failures: z.number().int(),
    error: z.string().nullable().meta({ description: "Why the last run failed; null when it did not." }),
  })
  .meta({ id: "BackgroundJob" });
export type BackgroundJob = z.infer<typeof BackgroundJob>;

const Service = z
  .object({
    name: z.string(),
    description: z.string(),
    state: z.enum(["running", "stopped", "failed"]),
    since: Time.meta({ description: "Since when it is in that state." }),
    restarts: z.number().int(),
    error: z.string().nullable(),
  })
  .meta({ id: "Service" });
export type Service = z.infer<typeof Service>;

export const listServices = {
  id: "listServices",
  method: "GET",
  path: "/api/system/services",
  summary: "List background services, jobs and caches",
  document: "muster",
  response: z.object({
    services: z.array(Service),
    jobs: z.array(BackgroundJob).meta({ description: "As the process that answers runs them." }),
    caches: z.array(z.object({ name: z.string(), items: z.number().int() })),
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const restartService = {
  id: "restartService",
  method: "POST",
  path: "/api/system/services/{service}/restart",
  summary: "Restart a background service, in every process",
  document: "002 Mutations: Restart Service",
  params: z.object({ service: z.string().min(1).max(64) }),
  response: z.object({ success: z.boolean(), message: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const clearCache = {
  id: "clearCache",
  method: "DELETE",
  path: "/api/system/cache",
  summary: "Clear all caches",
  description:
    "No data is lost: cached values are loaded again. `clearedItems` counts those of the responding process.",
  document: "002 Mutations: Clear Cache",
  response: z.object({ success: z.literal(true), message: z.string(), clearedItems: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "service.restart": { name: string };
    "caches.clear": { by: number };
  }
}
