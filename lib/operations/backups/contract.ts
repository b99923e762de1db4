/** Contract of backups. Source: document 002 "Backup List", "Create Backup"; the rest is our own. */
import { z } from "zod";
import { EditedVersion, type Operation, Time, TimeZone, Version } from "@/lib/core/contract";

/** `<name>_<YYYYMMDD_HHMMSS>.tar.gz`, the time in UTC. */
export const FILENAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}_\d{8}_\d{6}\.tar\.gz$/;
export const Filename = z.string().max(100).regex(FILENAME).meta({ example: "backup_20260206_023000.tar.gz" });
export const NAME_RULE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const REASONS = ["manual", "scheduled", "before_restore"] as const;
const Reason = z.enum(REASONS).meta({ description: "why it was taken" });

/** The description of an archive: its first entry, manifest.json. */
export const Manifest = z.object({
  format: z.literal(1),
  name: z.string().regex(NAME_RULE),
  description: z.string().max(500),
  reason: Reason,
  created_at: Time,
  version: z.string().max(100).meta({ description: "Muster's version." }),
  provider: z.enum(["sqlite", "postgresql"]),
  migrations: z.array(z.string().max(255)).max(10_000).meta({ description: "Applied to the database, oldest first." }),
  tables: z.record(z.string().max(128), z.number().int().min(0)).meta({ description: "Rows of each table." }),
  include_downloads: z.boolean().default(false).meta({ description: "Files of downloads are in it too." }),
  key_id: z.string().max(64).meta({
    description: "Shows whether this server's key can decrypt the secrets in the database, without revealing the key.",
  }),
});
export type Manifest = z.infer<typeof Manifest>;

export const Backup = z
  .object({
    filename: Filename,
    size: z.string().meta({ description: '"45.2 MB"' }),
    size_bytes: z.number().int(),
    timestamp: Time,
    description: z.string(),
    status: z.enum(["completed", "corrupt"]).meta({ description: "`corrupt`: its manifest cannot be read" }),
    reason: z
      .enum([...REASONS, "uploaded"])
      .nullable()
      .meta({ description: "Why it is here. `manual` and `uploaded` ones are never deleted automatically." }),
    version: z.string().nullable(),
    provider: z.enum(["sqlite", "postgresql"]).nullable(),
    rows: z.number().int().nullable(),
    include_downloads: z.boolean().nullable(),
  })
  .meta({ id: "Backup" });
export type Backup = z.infer<typeof Backup>;

const Work = z
  .object({
    kind: z.enum(["create", "verify", "restore", "upload"]),
    filename: z.string(),
    phase: z.string().meta({ description: "The current step, in words for people." }),
    share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: "0 to 1 of this phase; null where nobody can say." }),
    started_at: Time,
  })
  .meta({ id: "BackupWork" });
export type Work = z.infer<typeof Work>;

export const Schedule = z.object({
  enabled: z.boolean(),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "must be a time of day such as 02:30" })
    .meta({ description: "every day, in `timezone`" }),
  timezone: TimeZone,
  keep_count: z
    .number({ error: "must be a whole number from 1 to 365" })
    .int()
    .min(1, { error: "must be at least 1" })
    .max(365, { error: "must be at most 365" })
    .meta({ description: "newest automatic backups kept" }),
  keep_days: z
    .number({ error: "must be a whole number from 0 to 3650" })
    .int()
    .min(0, { error: "must be 0 or more" })
    .max(3650, { error: "must be at most 3650" })
    .meta({ description: "automatic backups older than this go; 0: only the count decides" }),
  include_downloads: z.boolean().meta({ description: "with the files of downloads" }),
});
export type Schedule = z.infer<typeof Schedule>;
export const DEFAULT_SCHEDULE: Schedule = {
  enabled: true,
  time: "02:30",
  timezone: "UTC",
  keep_count: 7,
  keep_days: 30,
  include_downloads: false,
};

const Sizes = z
  .object({ database: z.number().int(), attachments: z.number().int(), downloads: z.number().int() })
  .meta({ description: "bytes that a backup taken now packs; read once a minute" });
export type Sizes = z.infer<typeof Sizes>;

const params = z.object({ filename: Filename });

export const listBackups = {
  id: "listBackups",
  method: "GET",
  path: "/api/backups",
  summary: "List backups, newest first, with the current backup task",
  document: "002 Backup List",
  response: z.object({
    backups: z.array(Backup),
    current: Work.nullable().meta({ description: "One at a time." }),
    schedule: Schedule,
    schedule_version: Version,
    next_at: Time.nullable(),
    directory: z.string().meta({ description: "The folder of backups on the server." }),
    free_bytes: z.number().int(),
    sizes: Sizes,
  }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
export type BackupList = z.infer<typeof listBackups.response>;

export const createBackup = {
  id: "createBackup",
  method: "POST",
  path: "/api/backups",
  summary: "Create a backup",
  description:
    "Responds when the backup is complete. The server keeps running; data written meanwhile is not included.",
  document: "002 Create Backup",
  body: z.object({
    description: z.string().max(500).default(""),
    backupName: z
      .string()
      .regex(NAME_RULE, { error: "must be 1 to 64 letters, digits, _ or -, and begin with a letter or digit" })
      .default("backup"),
    include_downloads: z.boolean().default(false).meta({ description: "with the files of downloads" }),
  }),
  response: z.object({ success: z.literal(true), message: z.string(), filename: Filename, backup: Backup }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "UNAVAILABLE"],
} as const satisfies Operation;

export const downloadBackup = {
  id: "downloadBackup",
  method: "GET",
  path: "/api/backups/{filename}/download",
  summary: "Download a backup",
  description: "Contains all data of the server, so protect the file accordingly. A single Range is answered with 206.",
  document: "muster",
  proof: "fresh",
  params,
  response: z.unknown(),
  alsoProduces: ["application/gzip"],
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const uploadBackup = {
  id: "uploadBackup",
  method: "POST",
  path: "/api/backups/upload",
  summary: "Upload a backup",
  description: "The backup is verified before it is stored. Send it as a form's file or as the raw body.",
  document: "muster",
  consumes: ["application/gzip", "multipart/form-data"],
  response: z.object({ success: z.literal(true), message: z.string(), backup: Backup }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "PAYLOAD_TOO_LARGE", "UNAVAILABLE"],
} as const satisfies Operation;

const Verdict = z
  .object({
    filename: Filename,
    ok: z.boolean(),
    message: z.string().meta({ description: "The problem, or that there is none." }),
    manifest: Manifest.nullable(),
    files: z.number().int(),
    bytes: z.number().int().meta({ description: "Unpacked." }),
    pending_migrations: z
      .array(z.string())
      .meta({ description: "Applied on a restore, for the backup is of an older version." }),
    warnings: z.array(z.string()),
  })
  .meta({ id: "BackupVerdict" });
export type Verdict = z.infer<typeof Verdict>;

export const verifyBackup = {
  id: "verifyBackup",
  method: "POST",
  path: "/api/backups/{filename}/verify",
  summary: "Verify a backup: its checksums, its database, and whether this version can restore it",
  document: "002 verifyIntegrity",
  params,
  response: Verdict,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
} as const satisfies Operation;

export const restoreBackup = {
  id: "restoreBackup",
  method: "POST",
  path: "/api/backups/{filename}/restore",
  summary: "Restore a backup",
  description:
    "Verifies the backup, creates a backup of the current state, then replaces all data. Meanwhile other requests get 503 with Retry-After. All sessions except yours end. Credentials and accounts that were revoked, deactivated or rotated since the backup stay so; `warnings` lists them.",
  document: "002 restoreBackup",
  proof: "fresh",
  params,
  body: z.object({
    confirm: z.string().max(100).meta({ description: "repeat the filename to confirm" }),
  }),
  response: z.object({
    success: z.literal(true),
    message: z.string(),
    filename: Filename,
    safety_backup: Filename.nullable().meta({ description: "The safety backup of the replaced state." }),
    migrated: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
} as const satisfies Operation;
export type Restored = z.infer<typeof restoreBackup.response>;

export const deleteBackup = {
  id: "deleteBackup",
  method: "DELETE",
  path: "/api/backups/{filename}",
  summary: "Delete a backup",
  document: "muster",
  params,
  response: z.object({ success: z.literal(true), message: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

const ScheduleReply = z.object({ schedule: Schedule, next_at: Time.nullable(), version: Version });

export const getBackupSchedule = {
  id: "getBackupSchedule",
  method: "GET",
  path: "/api/backups/schedule",
  summary: "Get the schedule of automatic backups",
  document: "muster",
  response: ScheduleReply,
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const putBackupSchedule = {
  id: "putBackupSchedule",
  method: "PUT",
  path: "/api/backups/schedule",
  summary: "Change the schedule of automatic backups",
  document: "muster",
  body: Schedule.partial().extend({ version: EditedVersion }),
  response: ScheduleReply,
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

/** Socket.IO event for admins: the backup or restore in progress, null when it has ended. */
export const BACKUP_EVENT = "backup_update";
export const BackupUpdate = z.object({ current: Work.nullable() });

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "backup.progress": { work: Work };
    "backup.completed": { backup: Backup };
    /** The backup or restore under way has ended, with or without success. */
    "backup.ended": { kind: Work["kind"] };
    "backup.failed": { filename: string; reason: string; error: string };
    /** Turns maintenance on and off: while the database is replaced, no process serves requests. */
    "backup.maintenance": { on: boolean };
    /** A process answers the restoring one: it serves no requests and runs no jobs now. */
    "backup.resting": Record<string, never>;
    /** The database was replaced: everything cached from it is out of date. */
    "backup.restored": { filename: string; safety_backup: string | null };
  }
}
