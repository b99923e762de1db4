/**
 * Contract of tasks: files that are downloaded, and sent on to a destination. Source: document 002 "Download
 * Endpoints", "Statistics Endpoints" (/api/tasks), "Task Status", "Task Progress Updates".
 */
import { z } from "zod";
import { NameOrEmpty, type Operation, OutsideId, Success, Time, WholeNumber } from "@/lib/core/contract";
import { TASK_STATUSES } from "./contract.constants";

export const TaskStatus = z.enum(TASK_STATUSES);
export type TaskStatus = z.infer<typeof TaskStatus>;
export const Destination = z.enum(["local", "gdrive", "s3"], { error: "must be local, gdrive or s3" });
export type Destination = z.infer<typeof Destination>;

/** An account's number, or a person's id on another platform: text where a JSON number would lose digits. */
export const PersonId = z.union([z.number().int(), z.string()]);
const TASK_ID = z.string().min(1).max(64).meta({ example: "task_mwrn7bqb0qcppryvkg" });
const TaskParams = z.object({ task_id: TASK_ID });

/** A file that a task downloaded, or one part of a split file. `part` numbers all parts of a task from 1. */
export const TaskFile = z.object({
  name: z.string().meta({ description: "With folders where a torrent has them." }),
  size: z.string(),
  bytes: z.number().int(),
  part: z.number().int(),
  href: z
    .string()
    .nullable()
    .meta({ description: "Where it can be fetched from this server; null once it was deleted or sent elsewhere." }),
  remote: z.string().nullable().meta({ description: "Where it lies elsewhere: a Drive link, s3://bucket/key." }),
});

/** One transfer. Texts (`size`, `speed`, `eta`) are document 002's; the numbers beside them are for machines. */
export const Task = z
  .object({
    id: TASK_ID,
    type: z.enum(["download", "upload", "torrent"]).meta({ description: "`upload`: fetched, now being sent on" }),
    url: z.string(),
    status: TaskStatus,
    progress: z.number().meta({ description: "Percent." }),
    filename: z.string().nullable(),
    size: z.string().nullable().meta({ description: "Null while it is not known." }),
    downloaded: z.string(),
    speed: z.string().nullable(),
    eta: z.string().nullable(),
    startTime: Time.nullable(),
    user: z
      .object({ id: PersonId, username: z.string() })
      .meta({ description: "the contact it is for, by the id they have elsewhere; else the account it belongs to" }),
    owner: z.object({ id: z.number().int(), username: z.string() }).meta({ description: "whose limits it counts for" }),
    destination: Destination,
    error: z.string().nullable().meta({ description: "Why it failed, or what it waits for." }),
    checksum: z.string().nullable(),
    attempts: z.number().int(),
    connections: z.number().int(),
    peers: z.number().int().nullable().meta({
      description: "Connected peers of a torrent, and how many of them are complete (seeds); null for other downloads.",
    }),
    seeders: z.number().int().nullable(),
    files: z.array(TaskFile).meta({ description: "the first 50 in lists and live updates, all of them of one task" }),
    fileCount: z.number().int(),
    createdAt: Time,
    finishedAt: Time.nullable(),
    deleteAt: Time.nullable().meta({ description: "When its files are deleted from this server." }),
    requestedFor: z
      .string()
      .nullable()
      .meta({ description: "`userId` as the caller sent it, where it names no account the caller may act for." }),
    sizeBytes: z.number().int().nullable(),
    downloadedBytes: z.number().int(),
    speedBytes: z.number().nullable().meta({ description: "bytes a second" }),
    etaSeconds: z.number().nullable(),
  })
  .meta({ id: "Task" });
export type Task = z.infer<typeof Task>;

/** `sha256:<hex>`, `sha1:…` or `md5:…`. */
const Checksum = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(sha256:[0-9a-f]{64}|sha1:[0-9a-f]{40}|md5:[0-9a-f]{32})$/, {
    error: "must be sha256:, sha1: or md5: and the digest in hexadecimal",
  });

export const startDownload = {
  id: "startDownload",
  method: "POST",
  path: "/api/download",
  summary: "Start a download",
  description:
    "Accepts http and https addresses; with `ARIA2_RPC_URL` set also .torrent addresses and magnet links. The transfer continues after a restart of the server. `userId` is the person it is for: an account that you may act for becomes its owner; any other ID becomes one of your contacts, with statistics at /api/users/<id>/stats, and you stay the owner. Private addresses are refused (`OUTBOUND_ALLOW_CIDRS` lists exceptions).",
  document: "002 Download Endpoints: POST /api/download",
  body: z.object({
    url: z.string().trim().min(1).max(4096),
    userId: OutsideId.pipe(z.string().max(64)).optional(),
    username: NameOrEmpty(100).optional().meta({ description: "the contact's name, with `userId`" }),
    platform: z.string().trim().max(32).optional().meta({ description: "where the contact's id is from" }),
    destination: Destination.default("local"),
    folderId: z.string().trim().max(256).optional().meta({ description: "a Drive folder, or a prefix in the bucket" }),
    filename: z.string().trim().min(1).max(255).optional(),
    checksum: Checksum.optional(),
  }),
  response: Success.extend({ taskId: z.string(), message: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED", "UNAVAILABLE"],
  example: {
    body: { url: "https://example.com/file.zip", userId: 123456789, destination: "local" },
    response: { success: true, taskId: "task_789012", message: "Download started successfully" },
  },
} as const satisfies Operation;

export const listTasks = {
  id: "listTasks",
  method: "GET",
  path: "/api/tasks",
  summary: "List transfers: your own, or everyone's for staff",
  document: "002 Statistics Endpoints: GET /api/tasks",
  query: z.object({
    status: TaskStatus.optional(),
    search: z.string().max(200).optional(),
    userId: z.string().max(64).optional().meta({ description: "an account's number, or a contact's id" }),
    limit: WholeNumber(50, 200),
    offset: WholeNumber(0, 100_000),
  }),
  response: z.object({ tasks: z.array(Task), total: z.number().int(), page: z.number().int() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const getTask = {
  id: "getTask",
  method: "GET",
  path: "/api/tasks/{task_id}",
  summary: "Get a transfer",
  document: "002 Statistics Endpoints: GET /api/tasks/:taskId",
  params: TaskParams,
  response: Task,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const CHANGE = {
  params: TaskParams,
  response: Success.extend({ message: z.string(), task: Task }),
  errors: ["UNAUTHORIZED", "NOT_FOUND", "CONFLICT"],
} as const;

export const cancelTask = {
  id: "cancelTask",
  method: "DELETE",
  path: "/api/tasks/{task_id}",
  summary: "Cancel a transfer",
  description: "Deletes the data downloaded so far. A finished transfer is removed with its files.",
  document: "002 Download Endpoints: DELETE /api/tasks/:taskId",
  ...CHANGE,
} as const satisfies Operation;

export const pauseTask = {
  id: "pauseTask",
  method: "POST",
  path: "/api/tasks/{task_id}/pause",
  summary: "Pause a transfer",
  description: "Keeps the data downloaded so far.",
  document: "muster",
  ...CHANGE,
} as const satisfies Operation;

export const resumeTask = {
  id: "resumeTask",
  method: "POST",
  path: "/api/tasks/{task_id}/resume",
  summary: "Resume a paused transfer",
  document: "muster",
  ...CHANGE,
} as const satisfies Operation;

export const retryTask = {
  id: "retryTask",
  method: "POST",
  path: "/api/tasks/{task_id}/retry",
  summary: "Retry a failed or cancelled transfer",
  description: "Continues from the data that is still on disk.",
  document: "muster",
  ...CHANGE,
} as const satisfies Operation;

const FILE = {
  description:
    "Supports Range (one range; 416 past the end). Always sent as an attachment, which browsers neither show nor run. The files of a torrent are packed in one tar archive.",
  document: "muster",
  response: z.unknown(),
  alsoProduces: ["application/octet-stream"],
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const;
export const downloadTask = {
  ...FILE,
  id: "downloadTask",
  method: "GET",
  path: "/api/tasks/{task_id}/file",
  summary: "Download a transfer's files",
  params: TaskParams,
} as const satisfies Operation;
/** `maxSplitSize` cuts larger files into parts. */
export const downloadTaskPart = {
  ...FILE,
  id: "downloadTaskPart",
  method: "GET",
  path: "/api/tasks/{task_id}/files/{part}",
  summary: "Download a part of a transfer's file",
  params: TaskParams.extend({ part: z.string().regex(/^\d{1,4}$/) }),
} as const satisfies Operation;

/** The figures of GraphQL's `downloadStats` (document 002). Bytes; speeds in bytes a second. */
export type DownloadStats = {
  todayDownloads: number;
  todayUploads: number;
  totalBytes: number;
  averageSpeed: number;
  topDownloaders: { userId: number | string; username: string; downloadCount: number; totalBytes: number }[];
};

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** The state or the progress of a task changed; sent at most four times a second per task. */
    "task.changed": { task: Task; owner_id: number };
    /** The task is completed, failed or cancelled. It may still be retried. */
    "task.settled": { task: Task; owner_id: number };
    "task.removed": { id: string; owner_id: number };
  }
}
