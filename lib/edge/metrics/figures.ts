/**
 * The metrics with their names and descriptions. Document 002 names the first three; the others are what an operator
 * graphs.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { watchLoopDelay } from "@/lib/core/event-loop";
import { createDurations, createRequestFigures, createStages, createTally } from "./tallies";

const PER_PROCESS = "Of this process.";

/** Node's figures under their usual names. The delay of the event loop is read from the one sampler of the process. */
function addProcessFigures(registry: Registry): void {
  // The library's own monitor cannot be left out, and wakes the process at this interval: let it sleep for a day.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 86_400_000 });
  const delay = watchLoopDelay();
  const read = {
    min: () => delay.min,
    max: () => delay.max,
    mean: () => delay.mean,
    stddev: () => delay.stddev,
    p50: () => delay.percentile(50),
    p90: () => delay.percentile(90),
    p99: () => delay.percentile(99),
  };
  for (const [statistic, value] of Object.entries(read)) {
    const name = `nodejs_eventloop_lag_${statistic}_seconds`;
    registry.removeSingleMetric(name);
    new Gauge({
      ...{ name, registers: [registry], help: `How late timers fired since the last read: ${statistic}` },
      collect() {
        this.set(delay.count === 0 ? 0 : value() / 1e9);
        if (statistic === "p99") delay.reset();
      },
    });
  }
}

export function createFigures() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  addProcessFigures(registry);

  return {
    registry,
    downloads: counter("bot_downloads_total", "Total number of downloads"),
    uploads: counter("bot_uploads_total", "Total number of uploads"),
    activeTasks: gauge("bot_active_tasks", "Number of active tasks"),

    info: gauge("muster_build_info", "1; the version is in the labels", ["version", "node", "database"]),
    bots: gauge("muster_bots", "Bots by status; what bots call themselves beside online and offline is other", [
      "status",
    ]),
    pending: gauge("muster_commands_pending", "Commands that wait for their ack"),
    oldest: gauge("muster_command_oldest_pending_seconds", "How long the first command of the slowest queue waits"),
    queued: counter("muster_commands_queued_total", `Commands queued. ${PER_PROCESS}`),
    countSettled: createTally(
      registry,
      "muster_commands_settled_total",
      `Commands completed or failed. ${PER_PROCESS}`,
      ["status", "reason"],
    ),
    latency: createStages(
      registry,
      "muster_command_seconds",
      `How long a command waits to be handed out (queued), then for its ack (leased). ${PER_PROCESS}`,
      [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600],
      ["queued", "leased"],
    ),
    countLog: createTally(registry, "muster_logs_stored_total", `Logs stored, by level. ${PER_PROCESS}`, ["level"]),
    messages: counter("muster_messages_stored_total", `Messages stored. ${PER_PROCESS}`),
    rows: counter("muster_ingest_rows_total", `Rows written by group commit. ${PER_PROCESS}`),
    flush: createDurations(
      registry,
      "muster_database_flush_seconds",
      `How long a group commit takes. ${PER_PROCESS}`,
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2],
    ),
    waiting: gauge("muster_ingest_queued_rows", `Rows that wait to be written. ${PER_PROCESS}`),
    databaseBytes: gauge("muster_database_bytes", "Size of the database"),
    sockets: gauge(
      "muster_sockets",
      `Connected: console and bot by Socket.IO, ws to /ws, graphql to /graphql. ${PER_PROCESS}`,
      ["kind"],
    ),
    countRequest: createRequestFigures(registry, PER_PROCESS),
    tasks: counter("muster_transfers_settled_total", `Transfers that ended. ${PER_PROCESS}`, ["status"]),
    alerts: counter("muster_alerts_raised_total", `Alerts raised. ${PER_PROCESS}`, ["severity"]),
    services: gauge("muster_service_up", `1 while a background service runs. ${PER_PROCESS}`, ["service"]),
    jobRuns: counter("muster_job_runs_total", `Runs of a background job, or items of a queue. ${PER_PROCESS}`, [
      "name",
    ]),
    jobFailures: counter("muster_job_failures_total", `Those of them that failed. ${PER_PROCESS}`, ["name"]),
    jobSeconds: counter("muster_job_seconds_total", `How long they took together. ${PER_PROCESS}`, ["name"]),
    jobSuccess: gauge("muster_job_last_success_timestamp_seconds", `When one last ended well. ${PER_PROCESS}`, [
      "name",
    ]),
    caches: gauge("muster_cache_items", `Items of each cache. ${PER_PROCESS}`, ["cache"]),
    machine: gauge("muster_machine_share", "Shares of 0 to 1 of the machine or container", ["resource"]),
  };
}

export type Figures = ReturnType<typeof createFigures>;
