/** The order in which rooms come up and go down. */
import { accounts } from "@/lib/accounts";
import { analyticsJobs } from "@/lib/analytics";
import { botJobs } from "@/lib/bots";
import { bus } from "@/lib/bus";
import { commandJobs, commands } from "@/lib/commands";
import { connect, disconnect, disconnectPrisma, ingest, migrate } from "@/lib/db";
import { discord } from "@/lib/discord";
import { env } from "@/lib/env";
import { feedJobs } from "@/lib/feeds";
import { logger } from "@/lib/logger";
import { notificationJobs } from "@/lib/notifications";
import { pluginJobs } from "@/lib/plugins";
import { telemetry } from "@/lib/telemetry";
import { ticketJobs } from "@/lib/tickets";

/**
 * Opens and migrates the database, makes the first users, starts background jobs.
 *
 * @returns the one-time link that makes the first admin, while nobody is one
 * @throws Error with what to do, when the database cannot be used
 */
export async function start(): Promise<{ setupLink?: string }> {
  for (const notice of env.notices) logger.warn(notice);
  const applied = await migrate();
  if (applied.length > 0) logger.info({ migrations: applied }, "the database was brought up to date");
  await connect();
  await bus.connect();
  const first = await accounts.bootstrap();
  botJobs.start();
  commandJobs.start();
  telemetry.start();
  analyticsJobs.start();
  ticketJobs.start();
  notificationJobs.start();
  discord.start();
  feedJobs.start();
  await pluginJobs.start();
  return first;
}

/** Answers long polls, lets requests and sockets end, writes what waits, closes the database. */
export async function stop(closeDoors: () => Promise<void>): Promise<void> {
  commands.release();
  await closeDoors();
  await notificationJobs.stop();
  await pluginJobs.stop();
  discord.stop();
  await feedJobs.stop();
  await ticketJobs.stop();
  await analyticsJobs.stop();
  await telemetry.stop();
  await commandJobs.stop();
  await botJobs.stop();
  await ingest.drain();
  await disconnectPrisma();
  await disconnect();
}
