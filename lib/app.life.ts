/** Starts the rooms in order, and stops them in the opposite order. */
import { dirname, join } from "node:path";
import { bus } from "@/lib/core/bus";
import { followClock, now, onClockStep } from "@/lib/core/clock";
import {
  connect,
  databaseTime,
  disconnect,
  disconnectPrisma,
  ingest,
  keepReserve,
  migrate,
  refreshStatistics,
  sqliteFile,
} from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { type Job, jobs, leases } from "@/lib/core/jobs";
import { logger, logToFile } from "@/lib/core/log/logger";
import type { Feature } from "@/lib/core/settings/contract";
import type { FileLock } from "@/lib/core/startup/file-lock";
import { checkFolder, checkPort, databaseError, lockSqliteFolder } from "@/lib/core/startup/preflight";
import type { App } from "./app";

type Jobs = { start(): void | Promise<void>; stop(): void | Promise<void> };
/**
 * The services in the order they begin; they end in the opposite one. Add a new one here: its name restarts it. A service
 * that belongs to a part of the server which can be switched off names that part.
 */
const servicesOf = (app: App): [string, Jobs, string, Feature?][] => [
  ["exports", app.exportJobs, "Sends traces, metrics and the server's log to OpenTelemetry, and metrics to DogStatsD"],
  ["presence", app.botJobs, "Tracks which bots are online, and expires adoption requests"],
  [
    "command_queue",
    app.commandJobs,
    "Queues scheduled commands when they are due, and retries those whose lease expired",
  ],
  ["telemetry", app.telemetry, "Indexes logs and messages for search, and deletes old ones"],
  ["series", app.seriesJobs, "Stores the figures behind charts, sums them up, and deletes old ones"],
  ["analytics", app.analyticsJobs, "Summarizes each day how people use this server"],
  ["tickets", app.ticketJobs, "Closes inactive tickets, and removes files that belong to no ticket"],
  ["mail", app.mailJobs, "Sends queued email: reset links, transcripts"],
  ["push_sender", app.notificationJobs, "Sends notifications by Web Push, FCM and email, and broadcasts"],
  ["accounts", app.accounts.jobs, "Removes expired sessions, links and sign-in locks"],
  [
    "directory",
    app.accounts.directoryJobs,
    "Signs out people whom the LDAP directory disabled, and follows their groups",
  ],
  ["audit", app.auditJobs, "Seals the audit log into a chain, and deletes old records"],
  ["single_sign_on", app.sso.jobs, "Removes used sign-ins of providers, Discord included"],
  ["discord", app.discordJobs, "Looks for the Discord server of the configured roles, while none is set"],
  ["teams", app.teams.jobs, "Removes grants that have ended"],
  ["quotas", app.quotaJobs, "Deletes limits of teams and people that are gone"],
  ["feeds", app.feedJobs, "Checks the Rocket League ranks of tracked players"],
  ["task_runner", app.taskJobs, "Downloads files and sends them to Google Drive and S3", "transfers"],
  ["schedules", app.scheduleJobs, "Sends the commands of schedules when they are due"],
  ["scheduler", app.backupJobs, "Creates the daily backup, and deletes old ones", "backups"],
  ["alert_engine", app.alertJobs, "Evaluates alert rules, escalates, and sends messages to channels", "alerts"],
  ["maintenance", app.maintenanceJobs, "Deletes maintenance windows that ended long ago"],
  ["status_pages", app.statusPageJobs, "Deletes status pages of teams and people that are gone"],
  ["incoming_webhooks", app.incomingJobs, "Deletes old deliveries of incoming webhooks"],
  ["views", app.viewJobs, "Deletes saved views of teams and people that are gone"],
  ["webhooks", app.webhookJobs, "Delivers facts to webhooks, and deletes old deliveries"],
  ["monitor", app.systemJobs, "Measures the delay of the event loop, and frees memory at rest"],
  ["plugins", app.pluginJobs, "Runs the processes of enabled plugins", "plugins"],
  ["pages", app.pages, "Renders the pages of this console in a process of its own"],
];

function registerServices(app: App): void {
  const { config, services } = app;
  for (const [name, { start, stop }, describe, feature] of servicesOf(app))
    services.register(name, { start, stop, describe, ...(feature && { wanted: () => config.has(feature) }) });
  // Every process starts and stops its own services, whichever process switched the feature.
  bus.on("config.changed", ({ section }) => {
    if (section === "features") void services.review();
  });
  // While Redis was away, another process may have switched a feature without this one hearing of it.
  bus.on("bus.gap", () => void services.review());
}

const CLOCK_MS = 5_000;
let clockJob: Job | undefined;

/** Several processes share the clock of their database. A process on its own moves leases when its machine's clock is set. */
async function startClock(app: App): Promise<void> {
  if (env.provider === "sqlite") onClockStep(app.commands.moveLeases);
  else {
    const follow = () => followClock(databaseTime);
    await follow();
    clockJob = jobs.every({ name: "clock", interval: CLOCK_MS, run: follow });
    clockJob.start();
  }
  await app.commands.boundLeases();
}

const STATISTICS_MS = 5 * 60_000;
const statisticsJob = jobs.every({
  ...{ name: "database.statistics", interval: STATISTICS_MS },
  run: async () => void (await refreshStatistics()),
});

/** Keeps the lock for the life of the process: without a reference it would be garbage collected and released. */
let folderLock: FileLock | undefined;

/**
 * Opens and migrates the database, makes the first users, starts background jobs.
 *
 * @returns the one-time link that makes the first admin, while nobody is one
 * @throws StartError with what to do, when the port, the data folder or the database cannot be used
 */
export async function start(app: App): Promise<{ setupLink?: string }> {
  await checkPort(env.HOST, env.PORT);
  checkFolder(env.DATA_DIR, "DATA_DIR");
  if (env.provider === "sqlite") {
    const folder = dirname(sqliteFile());
    checkFolder(folder, "DATABASE_URL");
    folderLock = lockSqliteFolder(folder);
  }
  if (env.provider === "sqlite") keepReserve(sqliteFile());
  logToFile(join(env.DATA_DIR, "logs"));
  for (const notice of env.notices) logger.warn(notice);
  registerServices(app);
  await app.backupJobs.recover();
  try {
    const applied = await migrate();
    if (applied.length > 0) logger.info({ migrations: applied }, "the database was brought up to date");
    await connect();
  } catch (error) {
    throw databaseError(error, env.DATABASE_URL);
  }
  await startClock(app);
  if (env.provider === "sqlite") statisticsJob.start();
  // SQLite is for one process, so leases that exist at its start were left by a process that died.
  if (env.provider === "sqlite") await leases.releaseAll(now());
  await bus.connect();
  const first = await app.accounts.bootstrap();
  await app.services.startAll();
  return first;
}

/**
 * Stops the server: answers long polls, ends requests and sockets, writes queued rows, and closes the database.
 *
 * @param leave resolves when the server no longer listens
 * @param closeDoors ends what is still connected
 */
export async function stop(app: App, leave: () => Promise<void>, closeDoors: () => Promise<void>): Promise<void> {
  app.commands.answerPolls();
  await leave();
  app.commands.release();
  await closeDoors();
  await app.services.stopAll();
  await ingest.drain();
  await clockJob?.stop();
  await statisticsJob.stop();
  await disconnectPrisma();
  await disconnect();
  folderLock?.release();
}
