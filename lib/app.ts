/** The order in which rooms come up and go down. */
import { dirname, join } from "node:path";
import { analyticsJobs } from "@/lib/community/analytics";
import { discord } from "@/lib/community/discord";
import { feedJobs } from "@/lib/community/feeds";
import { notificationJobs } from "@/lib/community/notifications";
import { ticketJobs } from "@/lib/community/tickets";
import { bus } from "@/lib/core/bus";
import { connect, disconnect, disconnectPrisma, ingest, migrate, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { leases } from "@/lib/core/jobs";
import { logger, logToFile } from "@/lib/core/log/logger";
import { mailJobs } from "@/lib/core/mail";
import { config } from "@/lib/core/settings";
import type { Feature } from "@/lib/core/settings/contract";
import type { FileLock } from "@/lib/core/startup/file-lock";
import { checkFolder, checkPort, databaseError, lockSqliteFolder } from "@/lib/core/startup/preflight";
import { botJobs } from "@/lib/fleet/bots";
import { commandJobs, commands } from "@/lib/fleet/commands";
import { telemetry } from "@/lib/fleet/telemetry";
import { accounts } from "@/lib/identity/accounts";
import { alertJobs } from "@/lib/operations/alerts";
import { backupHost, backupJobs } from "@/lib/operations/backups";
import { pluginJobs } from "@/lib/operations/plugins";
import { outside, services } from "@/lib/operations/system";
import { taskFigures, taskJobs } from "@/lib/operations/transfers";

type Jobs = { start(): void | Promise<void>; stop(): void | Promise<void> };
/**
 * In the order they begin; they end in the opposite one. A new background job goes here and is restartable by its name. One
 * of a part of the server that can be switched off names that part.
 */
const SERVICES: [string, Jobs, string, Feature?][] = [
  ["presence", botJobs, "Who is online: heartbeats, bots that fell silent, claims that ran out"],
  ["command_queue", commandJobs, "Commands whose time has come, leases that ended"],
  ["telemetry", telemetry, "The search index and the retention of logs and messages"],
  ["analytics", analyticsJobs, "What people do here, added up by day"],
  ["tickets", ticketJobs, "Idle tickets are closed, stray files removed"],
  ["mail", mailJobs, "Mail that waits for the mail server: reset links, transcripts"],
  ["push_sender", notificationJobs, "Notifications by Web Push, FCM and mail; broadcasts"],
  ["accounts", accounts.jobs, "Sessions, links and sign-in locks that expired are removed"],
  ["discord", discord, "Sign-ins by Discord that were not finished"],
  ["feeds", feedJobs, "Rocket League ranks of tracked players"],
  ["task_runner", taskJobs, "Downloads, and their way on to Drive and S3", "transfers"],
  ["scheduler", backupJobs, "The daily backup, and the pruning of old ones", "backups"],
  ["alert_engine", alertJobs, "Alert rules, escalation and snoozes; messages to channels", "alerts"],
  ["plugins", pluginJobs, "The processes of enabled plugins", "plugins"],
];
for (const [name, { start, stop }, describe, feature] of SERVICES)
  services.register(name, { start, stop, describe, ...(feature && { wanted: () => config.has(feature) }) });
// Switched in whichever process: each looks after its own.
bus.on("config.changed", ({ section }) => {
  if (section === "features") void services.review();
});
// While Redis was away that may have been missed.
bus.on("bus.gap", () => void services.review());

/** Kept for the life of the process: a lock that nothing refers to would be collected, and so released. */
let folderLock: FileLock | undefined;

/**
 * Opens and migrates the database, makes the first users, starts background jobs.
 *
 * @returns the one-time link that makes the first admin, while nobody is one
 * @throws StartError with what to do, when the port, the data folder or the database cannot be used
 */
export async function start(): Promise<{ setupLink?: string }> {
  await checkPort(env.HOST, env.PORT);
  checkFolder(env.DATA_DIR, "DATA_DIR");
  if (env.provider === "sqlite") {
    const folder = dirname(sqliteFile());
    checkFolder(folder, "DATABASE_URL");
    folderLock = lockSqliteFolder(folder);
  }
  logToFile(join(env.DATA_DIR, "logs"));
  for (const notice of env.notices) logger.warn(notice);
  await backupJobs.recover();
  try {
    const applied = await migrate();
    if (applied.length > 0) logger.info({ migrations: applied }, "the database was brought up to date");
    await connect();
  } catch (error) {
    throw databaseError(error, env.DATABASE_URL);
  }
  // SQLite is for one process: whatever is leased at its start was left behind.
  if (env.provider === "sqlite") await leases.releaseAll(Date.now());
  await bus.connect();
  const first = await accounts.bootstrap();
  Object.assign(outside.tasks, taskFigures);
  await services.startAll();
  backupHost.pauseJobs = async () => {
    await services.stopAll();
    await ingest.drain();
  };
  backupHost.resumeJobs = services.startAll;
  return first;
}

/** Answers long polls, lets requests and sockets end, writes what waits, closes the database. */
export async function stop(closeDoors: () => Promise<void>): Promise<void> {
  commands.release();
  await closeDoors();
  await services.stopAll();
  await ingest.drain();
  await disconnectPrisma();
  await disconnect();
  folderLock?.release();
}
