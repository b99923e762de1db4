/** Counts facts as they arrive, and reads the other figures when Prometheus asks. */
import type { Bus } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { JobState } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { Usage } from "@/lib/operations/system";
import type { Figures } from "./figures";
import type { MetricsStore } from "./store";

/** One metric with its values. Those of a histogram have names of their own: `…_bucket`, `…_sum`, `…_count`. */
export type Reading = {
  name: string;
  help: string;
  type: string;
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
};

type Deps = {
  figures: Figures;
  store: MetricsStore;
  version: string;
  database: string;
  now: Clock;
  databaseBytes: () => Promise<number | null>;
  tasks: () => Promise<{ active: number; downloads: number; uploads: number }>;
  sockets: () => { consoles: number; bots: number; ws: number; graphql: number };
  services: () => { name: string; up: boolean }[];
  jobs: () => JobState[];
  caches: () => { name: string; items: number }[];
  usage: () => Promise<Usage>;
  /** Reads the metrics that have the names of document 002's own program, where they are switched on. */
  original?: (usage: Promise<Usage>) => Promise<void>;
};

/** Database figures are read at most this often, however many scrapers ask. */
const FRESH_MS = 2_000;
const STATUSES = ["online", "offline", "deleting"];
const LEVELS = new Set(["debug", "info", "warning", "error", "critical"]);

/** A log's type may be any word, so only known ones become labels. */
const levelOf = (type: string): string => {
  const level = type.toLowerCase();
  return level === "warn" ? "warning" : LEVELS.has(level) ? level : "other";
};

/** Jobs keep counters of their own, so the metrics are set to those values. */
function setJobs(figures: Figures, jobs: JobState[]): void {
  for (const counter of [figures.jobRuns, figures.jobFailures, figures.jobSeconds]) counter.reset();
  for (const { name, runs, failures, busyMs, lastSuccessAt } of jobs) {
    figures.jobRuns.inc({ name }, runs);
    figures.jobFailures.inc({ name }, failures);
    figures.jobSeconds.inc({ name }, busyMs / 1000);
    // Without a success leave the metric out: 0 would look like a job that is decades late.
    if (lastSuccessAt !== null) figures.jobSuccess.set({ name }, lastSuccessAt / 1000);
  }
}

/** Counts what happens in this process; each process reports only its own. */
function countFacts(figures: Figures, bus: Pick<Bus, "on">): void {
  bus.on("command.queued", (_, { remote }) => {
    if (!remote) figures.queued.inc();
  });
  bus.on("command.settled", ({ command }, { remote }) => {
    if (remote) return;
    figures.countSettled(command.status, command.reason ?? "bot");
    if (!command.dispatched_at) return;
    const leased = Date.parse(command.dispatched_at);
    const created = Date.parse(command.created_at);
    const from = command.run_at ? Math.max(created, Date.parse(command.run_at)) : created;
    figures.latency.queued.observe(Math.max(0, leased - from) / 1000);
    if (command.completed_at)
      figures.latency.leased.observe(Math.max(0, Date.parse(command.completed_at) - leased) / 1000);
  });
  bus.on("logs.stored", ({ logs }, { remote }) => {
    if (!remote) for (const { type } of logs) figures.countLog(levelOf(type));
  });
  bus.on("messages.stored", ({ messages }, { remote }) => {
    if (!remote) figures.messages.inc(messages.length);
  });
  bus.on("task.settled", ({ task }, { remote }) => {
    if (!remote) figures.tasks.inc({ status: task.status });
  });
  bus.on("alert.raised", ({ alert }, { remote }) => {
    if (!remote) figures.alerts.inc({ severity: alert.severity });
  });
}

export function createMetricsService(deps: Deps) {
  const { figures, store, now } = deps;
  let read: { at: number; done: Promise<void> } | undefined;

  /** Sets a counter from the database, which keeps growing over restarts. */
  function set(counter: Figures["downloads"], value: number) {
    counter.reset();
    counter.inc(value);
  }

  async function gather(): Promise<void> {
    const usage = deps.usage();
    // A part that cannot be read is left out of the response; the others are still valid.
    const reads = await Promise.allSettled([
      deps.tasks().then(({ active, downloads, uploads }) => {
        set(figures.downloads, downloads);
        set(figures.uploads, uploads);
        figures.activeTasks.set(active);
      }),
      store.snapshot().then(({ bots: byStatus, pending, oldest }) => {
        const counts = new Map([...STATUSES, "other"].map((status) => [status, 0]));
        for (const { status, bots } of byStatus) {
          const known = STATUSES.includes(status) ? status : "other";
          counts.set(known, counts.get(known)! + bots);
        }
        for (const [status, n] of counts) figures.bots.set({ status }, n);
        figures.pending.set(pending);
        figures.oldest.set(oldest === null ? 0 : Math.max(0, (now() - oldest) / 1000));
      }),
      deps.databaseBytes().then((bytes) => figures.databaseBytes.set(bytes ?? 0)),
      usage.then(({ cpu, memory, disk }) => {
        for (const [resource, share] of Object.entries({ cpu, memory, disk })) figures.machine.set({ resource }, share);
      }),
      deps.original?.(usage),
    ]);
    for (const part of reads)
      if (part.status === "rejected") logger.warn({ err: part.reason }, "a figure could not be read");
  }

  /** Sets every metric that is read rather than counted. */
  async function refresh(): Promise<void> {
    if (!read || now() - read.at >= FRESH_MS) read = { at: now(), done: gather() };
    await read.done;
    const { rows, queued } = store.ingest();
    set(figures.rows, rows);
    figures.waiting.set(queued);
    const { consoles, bots, ws, graphql } = deps.sockets();
    for (const [kind, n] of Object.entries({ console: consoles, bot: bots, ws, graphql }))
      figures.sockets.set({ kind }, n);
    for (const { name, up } of deps.services()) figures.services.set({ service: name }, up ? 1 : 0);
    setJobs(figures, deps.jobs());
    for (const { name, items } of deps.caches()) figures.caches.set({ cache: name }, items);
  }

  return {
    /** Counts one request. The label is the route's pattern, not the path, so that ids do not create series. */
    observe: figures.countRequest,

    /** Begins to listen. A fact is counted only in the process where it happened. */
    listen(bus: Pick<Bus, "on">): void {
      store.onFlush((seconds) => figures.flush.observe(seconds));
      figures.info.set({ version: deps.version, node: process.version, database: deps.database }, 1);
      countFacts(figures, bus);
    },

    /** Everything, in Prometheus' text format. */
    text: async (): Promise<string> => {
      await refresh();
      return figures.registry.metrics();
    },
    /** Reads everything as values, for exports to other programs. */
    read: async (): Promise<Reading[]> => {
      await refresh();
      return figures.registry.getMetricsAsJSON() as unknown as Promise<Reading[]>;
    },
  };
}
