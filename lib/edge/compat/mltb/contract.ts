/**
 * Contract of the endpoints that document 002's own dashboard calls beside those of the document. Names and units are that
 * page's: bytes, bytes a second, seconds, percentages from 0 to 100.
 */
import { z } from "zod";
import { type Operation, Time, WholeNumber } from "@/lib/core/contract";

const count = z.number().int().min(0);

export const getDashboardStats = {
  id: "getDashboardStats",
  method: "GET",
  path: "/api/dashboard/stats",
  summary: "Get the figures of document 002's dashboard",
  description: "`active_tasks` and `total_speed` cover the transfers you can see; the rest is the machine's.",
  document: "original 002: Dashboard Endpoints",
  response: z.object({
    active_tasks: count,
    total_speed: z.number().meta({ description: "bytes a second" }),
    cpu_usage: z.number().meta({ description: "percent" }),
    memory_usage: z.number().meta({ description: "percent" }),
    uptime: count.meta({ description: "seconds" }),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

const DashboardTask = z.object({
  gid: z.string().meta({ description: "the transfer's id" }),
  name: z.string(),
  engine: z.enum(["http", "aria2", "gdrive", "s3"]).meta({ description: "what moves the bytes" }),
  status: z
    .enum(["downloading", "uploading", "paused", "error", "completed"])
    .meta({ description: "A queued transfer counts as downloading, a cancelled one as error." }),
  progress: z.number().meta({ description: "percent" }),
  speed: z.number().meta({ description: "bytes a second" }),
  eta: z.number().nullable().meta({ description: "seconds" }),
  total_length: count.meta({ description: "bytes; 0 while it is not known" }),
  completed_length: count.meta({ description: "bytes" }),
});
export type DashboardTask = z.infer<typeof DashboardTask>;

export const listDashboardTasks = {
  id: "listDashboardTasks",
  method: "GET",
  path: "/api/dashboard/tasks",
  summary: "List transfers in the form of document 002's dashboard",
  description: "The transfers of /api/tasks, newest first.",
  document: "original 002: Dashboard Endpoints",
  query: z.object({ limit: WholeNumber(50, 200), offset: WholeNumber(0, 100_000) }),
  response: z.object({ tasks: z.array(DashboardTask), total: count }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

const Action = z.enum(["pause", "resume", "cancel"], { error: "Invalid action" });

export const controlTask = {
  id: "controlTask",
  method: "POST",
  path: "/api/tasks/{task_id}/control",
  summary: "Pause, resume or cancel a transfer",
  description: "Unlike DELETE /api/tasks/{task_id}, `cancel` refuses a transfer that has ended, and keeps its files.",
  document: "original 002: Dashboard Endpoints",
  params: z.object({ task_id: z.string().min(1).max(64) }),
  body: z.object({
    action: Action,
    reason: z.string().max(500).nullish().meta({ description: "kept in the audit log" }),
  }),
  response: z.object({ success: z.literal(true), task_id: z.string(), action: Action, timestamp: Time }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
  example: { body: { action: "pause" } },
} as const satisfies Operation;
export type ControlInput = z.output<typeof controlTask.body>;
