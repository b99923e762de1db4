/** The server itself, wired. */
import { statfs } from "node:fs/promises";
import type { Actor } from "@/lib/core/actor";
import { bus, emit } from "@/lib/core/bus";
import { clearCaches } from "@/lib/core/caches";
import { iso, now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { jobs } from "@/lib/core/jobs";
import { logFileBytes } from "@/lib/core/log/log-file";
import { mail } from "@/lib/core/mail";
import { singleton } from "@/lib/core/singleton";
import { VERSION } from "@/lib/core/startup/version";
import { telemetry } from "@/lib/fleet/telemetry";
import { createMachine } from "./machine";
import { createSystemService } from "./service";
import { createOperations } from "./service.ops";
import { createServices } from "./services";
import { createSystemStore } from "./store";

/**
 * Values that this room and the pages need from outer rooms; server.ts fills them in, so that neither imports those
 * rooms.
 */
export const outside = singleton("outside", () => ({
  sockets: () => ({ consoles: 0, bots: 0, ws: 0, graphql: 0 }),
  openApi: (): Promise<unknown> => Promise.reject(new Error("server.ts has not named the API document yet")),
  /** Figures of lib/operations/transfers, by user's id where it is one user's; nought until that room is there. */
  tasks: {
    totals: async () => ({ active: 0, downloads: 0, uploads: 0 }),
    ofUsers: async (_userId?: number) => new Map<number, TaskFigures>(),
    contacts: {
      find: async (_actor: Actor, _id: string): Promise<Contact | null> => null,
      list: async (_actor: Actor, _search?: string): Promise<Contact[]> => [],
    },
    /** @throws AppError NOT_FOUND a task the actor may not see */
    find: async (_actor: Actor, id: string): Promise<unknown> => {
      throw new AppError("NOT_FOUND", `No task ${id}`);
    },
  },
}));
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

export const machine = singleton("machine", () => createMachine(env.DATA_DIR, now));

/** Document 002 "System Metrics": percentages as numbers, network in bytes a second. */
export async function systemMetrics() {
  const [usage, { active }] = await Promise.all([machine.usage(), outside.tasks.totals()]);
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

/** The background services of this process; lib/app.ts registers them. */
export const services = singleton("services", () => {
  const registry = createServices({ emit, now });
  bus.on("service.restart", ({ name }, { remote }) => {
    if (remote) registry.follow(name);
  });
  bus.on("caches.clear", (_, { remote }) => {
    if (remote) clearCaches();
  });
  bus.on("bus.gap", () => void clearCaches());
  return registry;
});

const store = singleton("systemStore", createSystemStore);

const KINDS = ["consoles", "bots", "ws", "graphql"] as const;
for (const kind of KINDS) bus.share(`sockets.${kind}`, () => outside.sockets()[kind]);
/** Sockets connected to whichever process. */
const socketsOfAll = () =>
  Object.fromEntries(KINDS.map((kind) => [kind, bus.total(`sockets.${kind}`)])) as Record<
    (typeof KINDS)[number],
    number
  >;
export const databaseBytes = store.bytes;
export type { Usage } from "./machine";

export const system = singleton("system", () => ({
  ...createOperations({
    version: VERSION,
    uptime: () => process.uptime(),
    now,
    usage: () => machine.usage(),
    tasks: () => outside.tasks.totals(),
    levels: store.levels,
    logs: telemetry.listLogs,
    logFileBytes,
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
    sockets: socketsOfAll,
    openBotApi: env.OPEN_BOT_API,
  }),
}));
