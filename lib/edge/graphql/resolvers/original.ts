/** Resolvers of the words of document 002's own program (sdl/original.ts), beside those of the document. */
import type { App } from "@/lib/app";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { sizeText } from "@/lib/core/format/units";
import { type Context, forUser } from "@/lib/edge/graphql/context";
import { paging } from "@/lib/edge/graphql/page";
import type { Alert, AlertSummary } from "@/lib/operations/alerts/contract";
import type { Backup } from "@/lib/operations/backups/contract";
import type { BackgroundJob } from "@/lib/operations/system/contract";
import { plainTime } from "./server";

const ENDING = ".tar.gz";
const OPERATIONS_MAX = 100;

/** A backup's name in the words of the original: its filename without the ending. */
const backupName = (filename: string): string => filename.replace(/\.tar\.gz$/, "");

/** The names by which a mutation may mean a backup. */
export type NamedBackup = { filename?: string | null; backupName?: string | null; path?: string | null };

/**
 * Returns the filename that a mutation means: by the filename itself, by it without the ending, or by the name that createBackup was
 * given, which means the newest backup of that name. A path of the machine is no name.
 *
 * @throws AppError INVALID_INPUT no name was given; NOT_FOUND no backup has it
 */
export async function backupMeant({ backups }: Pick<App, "backups">, actor: Context["actor"], given: NamedBackup) {
  const name = given.filename ?? given.backupName ?? given.path;
  if (!name) throw invalid("filename", "name the backup");
  if (name.endsWith(ENDING)) return name;
  const { backups: list } = await backups.list(actor);
  const stamped = /^_\d{8}_\d{6}$/;
  const found = list.find(({ filename }) => {
    const stem = backupName(filename);
    return stem === name || (stem.startsWith(name) && stamped.test(stem.slice(name.length)));
  });
  if (!found) throw new AppError("NOT_FOUND", `No backup ${cutText(name, 100)}`);
  return found.filename;
}

const operation = ({ name, runs, failures, duration_ms, last_run }: BackgroundJob) => ({
  ...{ name, count: runs, failures, lastDuration: duration_ms },
  lastRun: last_run && plainTime(last_run),
});

const query = ({ backups, config, system }: App) => ({
  backupStats: forUser(async (_, __: unknown, { actor }) => {
    const [{ backups: list, directory }, enabled] = await Promise.all([backups.list(actor), config.has("backups")]);
    const bytes = list.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    return { enabled, backupDirectory: directory, totalBackups: list.length, totalSize: sizeText(bytes) };
  }),
  systemStatus: forUser(async (_, __: unknown, { actor }) => {
    const { timestamp } = await system.status(actor);
    const [alerts, backedUp, transfers, plugins] = await Promise.all(
      (["alerts", "backups", "transfers", "plugins"] as const).map((feature) => config.has(feature)),
    );
    const named = (services: Record<string, boolean | undefined>) =>
      Object.entries(services).flatMap(([name, isOn]) => (isOn ? [name] : []));
    return {
      ...{ timestamp: plainTime(timestamp), loggerEnabled: true, alertsEnabled: alerts, backupsEnabled: backedUp },
      ...{ profilerEnabled: true, recoveryEnabled: backedUp },
      phase1Services: named({ logger: true, alerts, backups: backedUp }),
      phase2Services: named({ transfers, plugins }),
    };
  }),
  slowOperations: forUser((_, { limit }: { limit?: number | null }, { actor }) =>
    system
      .jobs(actor)
      .sort((a, b) => (b.duration_ms ?? -1) - (a.duration_ms ?? -1))
      .slice(0, Math.min(Number(paging({ first: limit }).limit), OPERATIONS_MAX))
      .map(operation),
  ),
  operationStats: forUser((_, asked: { operation: string }, { actor }) => {
    const job = system.jobs(actor).find(({ name }) => name === asked.operation);
    return job ? operation(job) : null;
  }),
  recoveryStatus: forUser(async (_, __: unknown, { actor }) => {
    const newest = (await backups.list(actor)).backups[0];
    if (!newest) return null;
    return { path: newest.filename, isValid: newest.status === "completed", timestamp: plainTime(newest.timestamp) };
  }),
});

/** Further fields of the document's types, read from what their resolvers return. */
const types = {
  LoggerStats: { enabled: () => true },
  AlertSummary: {
    // A part that is turned off is refused before it is asked.
    enabled: () => true,
    criticalCount: ({ severities }: AlertSummary) => severities.critical,
    highCount: ({ severities }: AlertSummary) => severities.high,
    mediumCount: ({ severities }: AlertSummary) => severities.medium,
    lowCount: ({ severities }: AlertSummary) => severities.low,
  },
  Alert: {
    alertType: ({ source }: Partial<Alert>) => source ?? null,
    title: ({ message }: Alert) => message.split("\n", 1)[0],
    taskId: () => null,
  },
  Backup: {
    name: ({ filename }: Backup) => backupName(filename),
    createdAt: ({ timestamp }: Backup) => timestamp,
    itemsCount: ({ rows }: Backup) => rows,
  },
  BackupResult: {
    backupName: ({ filename }: { filename?: string }) => (filename ? backupName(filename) : null),
  },
  AlertResult: { alertId: ({ alert }: { alert: { id: string } }) => alert.id },
};

export const original = (app: App) => ({ query: query(app), types });
