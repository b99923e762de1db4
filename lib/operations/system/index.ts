/** The room of the server itself: services and store wired together. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { clearCaches } from "@/lib/core/caches";
import { iso, now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { jobs } from "@/lib/core/jobs";
import { localAccess } from "@/lib/core/local-access";
import { logFileSizes } from "@/lib/core/log/log-file";
import type { MailRoom } from "@/lib/core/mail";
import { VERSION } from "@/lib/core/startup/version";
import { botTotals } from "@/lib/fleet/bots";
import type { TelemetryRoom } from "@/lib/fleet/telemetry";
import { createMachine } from "./machine";
import { createSystemService } from "./service";
import { type ConsoleDeps, createConsole } from "./service.console";
import { createOperations } from "./service.ops";
import { createServices } from "./services";
import { createSystemStore } from "./store";

/** A person without an account for whom transfers were requested. */
export type Contact = {
  id: number | string;
  username: string;
  platform: string | null;
  created_at: string;
  last_active: string;
  figures: TaskFigures;
};
type TaskFigures = { total: number; successful: number; failed: number; uploads: number; bytes: number };

/** The process that renders the console, as lib/edge/pages runs it. */
export type ConsolePages = {
  start(): void;
  stop(): Promise<void>;
  /** Returns why pages cannot be rendered; undefined when nothing is wrong. */
  problem(): string | undefined;
};

/** Builds what measures this machine and process. */
export const createMachineRoom = () => ({ machine: createMachine(env.DATA_DIR, now) });
export type Machine = ReturnType<typeof createMachine>;

/** Builds the list of this process's background services; lib/app.ts registers them. */
export function createServiceRegistry() {
  const registry = createServices({ emit, now });
  bus.on("service.restart", ({ name }, { remote }) => {
    if (remote) registry.follow(name);
  });
  bus.on("caches.clear", (_, { remote }) => {
    if (remote) clearCaches();
  });
  bus.on("bus.gap", () => void clearCaches());
  return registry;
}

const KINDS = ["consoles", "bots", "ws", "graphql"] as const;
/** Counts the sockets connected to all processes. lib/edge shares each process's count. */
const socketsOfAll = () =>
  Object.fromEntries(KINDS.map((kind) => [kind, bus.total(`sockets.${kind}`)])) as Record<
    (typeof KINDS)[number],
    number
  >;
/** Counts the sockets connected to this process. */
export const socketsHere = () =>
  Object.fromEntries(KINDS.map((kind) => [kind, bus.own(`sockets.${kind}`)])) as Record<(typeof KINDS)[number], number>;
export type { Usage } from "./machine";

type Deps = Pick<MailRoom, "mail"> &
  Pick<TelemetryRoom, "telemetry"> &
  Omit<ConsoleDeps, "mail" | "botTotals"> & {
    machine: Machine;
    services: ReturnType<typeof createServiceRegistry>;
    pages: Pick<ConsolePages, "problem">;
    taskFigures: { totals(): Promise<{ active: number; downloads: number; uploads: number }> };
  };

/** Builds the room. Call once per process. */
export function createSystem({ mail, telemetry, machine, services, taskFigures, pages, ...rooms }: Deps) {
  const store = createSystemStore();
  const system = {
    ...createOperations({
      version: VERSION,
      uptime: () => process.uptime(),
      now,
      usage: () => machine.usage(),
      tasks: () => taskFigures.totals(),
      levels: store.levels,
      logs: telemetry.listLogs,
      logFileSizes,
      logDirectory: join(env.DATA_DIR, "logs"),
      clearElsewhere: (by) => emit("caches.clear", { by }),
      restart: services.restart,
      jobs: jobs.list,
    }),
    ...createSystemService({
      version: VERSION,
      dataDir: env.DATA_DIR,
      store,
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(env.DATA_DIR);
        return bavail * bsize;
      },
      mail,
      redis: () => bus.reach(),
      pages,
      sockets: socketsOfAll,
      openBotApi: env.OPEN_BOT_API,
      openOpsApi: localAccess.isOn,
      jobs,
    }),
  };
  return {
    system,
    describeConsole: createConsole({ ...rooms, mail, botTotals }),
    systemJobs: system.background,
    systemMetrics: () => metricsOf(machine, taskFigures),
    databaseBytes: store.bytes,
  };
}
export type SystemRoom = ReturnType<typeof createSystem>;

/** Document 002 "System Metrics": percentages as numbers, network in bytes a second. */
async function metricsOf(machine: Machine, taskFigures: Deps["taskFigures"]) {
  const [usage, { active }] = await Promise.all([machine.usage(), taskFigures.totals()]);
  const percent = (share: number) => Math.round(share * 1000) / 10;
  return {
    timestamp: iso(now()),
    cpuUsage: percent(usage.cpu),
    memoryUsage: percent(usage.memory),
    diskUsage: percent(usage.disk),
    networkIn: Math.round(usage.networkIn),
    networkOut: Math.round(usage.networkOut),
    activeTasks: active,
  };
}
