/**
 * The composition root: builds every room once, in order, and hands each the rooms it needs. Nothing here runs before
 * createApp() is called, and no room finds another one by itself.
 */
import { createAnalytics } from "@/lib/community/analytics";
import { createDiscord } from "@/lib/community/discord";
import { createFeeds } from "@/lib/community/feeds";
import { createNotifications } from "@/lib/community/notifications";
import { createSocial } from "@/lib/community/social";
import { createTickets } from "@/lib/community/tickets";
import { ingest } from "@/lib/core/db";
import { createMail } from "@/lib/core/mail";
import { createSettings } from "@/lib/core/settings";
import { createBotServer } from "@/lib/edge/compat/bot-server";
import { createMltb } from "@/lib/edge/compat/mltb";
import { createExports } from "@/lib/edge/exports";
import { createMetrics } from "@/lib/edge/metrics";
import { botTags, countBots, createBots } from "@/lib/fleet/bots";
import { createCommands, newestSent } from "@/lib/fleet/commands";
import { createManifests } from "@/lib/fleet/manifests";
import { createSeries } from "@/lib/fleet/series";
import { createTelemetry } from "@/lib/fleet/telemetry";
import { createViews } from "@/lib/fleet/views";
import { createAccounts, hasSecondFactor, isActiveAdmin, isVerifiedAddress } from "@/lib/identity/accounts";
import { createAudit, createAuditLog } from "@/lib/identity/audit";
import { createDirectory } from "@/lib/identity/directory";
import { createQuotas } from "@/lib/identity/quotas";
import { createSso } from "@/lib/identity/sso";
import { createTeams } from "@/lib/identity/teams";
import { createAlerts, eraseAlerts } from "@/lib/operations/alerts";
import { createBackups } from "@/lib/operations/backups";
import { createIncoming } from "@/lib/operations/incoming";
import { createMaintenance } from "@/lib/operations/maintenance";
import { createPlugins } from "@/lib/operations/plugins";
import { createSchedules } from "@/lib/operations/schedules";
import { createStats } from "@/lib/operations/stats";
import { createStatusPages } from "@/lib/operations/status-pages";
import { type ConsolePages, createMachineRoom, createServiceRegistry, createSystem } from "@/lib/operations/system";
import { createTransfers } from "@/lib/operations/transfers";
import { createWebhooks } from "@/lib/operations/webhooks";

/**
 * Builds the rooms. Call once per process; nothing reads the database before lib/app.life.ts starts it.
 *
 * @param pages the process that renders the console; left out where there is none
 */
export function createApp(pages: ConsolePages = NO_PAGES) {
  const below = createFleet();
  const community = createCommunity(below);
  return { ...below, ...community, pages, ...createOperations({ ...below, ...community, pages }) };
}

const NO_PAGES: ConsolePages = { start() {}, async stop() {}, problem: () => undefined };

/** All rooms, as route files, sockets, GraphQL and pages receive them. */
export type App = ReturnType<typeof createApp>;

function createFleet() {
  const mail = createMail({ isVerified: isVerifiedAddress });
  const audit = createAudit();
  // Quotas limit what is in the rooms that they read names and settings from.
  const quotas = createQuotas({
    section: (name) => settings.config.section(name),
    teamName: (id) => teams.teams.nameOf(id),
  });
  const bots = createBots(quotas);
  const settings = createSettings({ ...bots, isAdmin: isActiveAdmin, hasSecondFactor });
  const teams = createTeams({ ...bots, ...quotas, botTags, others: { countBots, eraseAlerts } });
  const accounts = createAccounts({ ...mail, ...bots, ...teams, ...settings, ...quotas, ...createDirectory() });
  const sso = createSso(accounts);
  const manifests = createManifests(bots);
  const commands = createCommands({ ...bots, ...manifests, ...accounts });
  const telemetry = createTelemetry({ ...bots, ...commands });
  const figures = { ...createSeries(bots), ...createViews(quotas) };
  const records = { ...audit, ...createAuditLog({ ...bots, ...accounts, ...settings, newestSent }) };
  const people = { ...teams, ...accounts, ...sso, ...quotas };
  return { ...mail, ...records, ...bots, ...settings, ...people, ...manifests, ...commands, ...telemetry, ...figures };
}

type Fleet = ReturnType<typeof createFleet>;

function createCommunity(below: Fleet) {
  const discord = createDiscord(below);
  const feeds = createFeeds({ ...below, ...discord });
  return {
    ...createNotifications(below),
    ...createTickets(below),
    ...createAnalytics(below),
    ...discord,
    ...feeds,
    ...createSocial({ ...below, ...discord, ...feeds }),
  };
}

type Below = Fleet & ReturnType<typeof createCommunity> & { pages: ConsolePages };

function createOperations(below: Below) {
  const machine = createMachineRoom();
  const services = createServiceRegistry();
  const transfers = createTransfers(below);
  const maintenance = createMaintenance(below);
  const alerts = createAlerts({ ...below, ...machine, ...maintenance });
  const backups = createBackups({ services: jobsOf(services) });
  const plugins = createPlugins({ ...below, ...alerts });
  const system = createSystem({ ...below, ...machine, services, ...transfers });
  const stats = createStats({ ...below, ...machine, ...transfers });
  const metrics = createMetrics({ ...system, ...machine, services, ...transfers });
  const webhooks = { ...createWebhooks(below), ...createIncoming(below) };
  const schedules = createSchedules({ ...below, ...maintenance });
  const statusPages = createStatusPages({ ...below, ...maintenance });
  const watching = { ...maintenance, ...alerts, ...schedules, ...statusPages, ...backups };
  const rooms = { ...machine, services, ...transfers, ...watching, ...plugins, ...system, ...stats, ...webhooks };
  return {
    ...rooms,
    ...metrics,
    ...createExports(metrics),
    ...createBotServer(below),
    ...createMltb({ ...transfers, ...system }),
  };
}

/** The background jobs of all rooms, which pause while a restore replaces the database. */
const jobsOf = (services: ReturnType<typeof createServiceRegistry>) => ({
  async pauseJobs() {
    // Pages wait with the API, and then go on.
    await services.stopAll(["pages"]);
    await ingest.drain();
  },
  resumeJobs: services.startAll,
});
