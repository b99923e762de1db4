/**
 * Metrics under the names of document 002's own program, for its Grafana board and alert rules (METRICS_COMPAT=mltb). Every
 * value is one of this server's: nothing is counted twice, and what has no counterpart here is left out.
 */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Usage } from "@/lib/operations/system";
import type { TransferGroup } from "@/lib/operations/transfers";

/** Statuses as the original names them in labels; transfers that have not ended are in none. */
const OUTCOMES: Partial<Record<TransferGroup["status"], string>> = {
  ...{ completed: "success", failed: "failed", cancelled: "cancelled" },
};

const sum = (groups: TransferGroup[], value: (group: TransferGroup) => number = ({ tasks }) => tasks) =>
  groups.reduce((total, group) => total + value(group), 0);

function createMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `mltb_${name}`, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `mltb_${name}`, help, labelNames, registers });
  return {
    downloads: counter("downloads_total", "Downloads that ended", ["status", "source_type"]),
    uploads: counter("uploads_total", "Uploads that ended", ["status", "destination"]),
    failed: counter("failed_tasks_total", "Transfers that failed"),
    activeDownloads: gauge("active_downloads", "Downloads that run"),
    activeUploads: gauge("active_uploads", "Uploads that run"),
    activeTasks: gauge("active_tasks", "Transfers that run", ["type"]),
    queued: gauge("queued_tasks", "Transfers that wait for their turn", ["queue_name"]),
    speed: gauge("download_speed_bytes_per_second", "Speed of all downloads together"),
    cpu: gauge("cpu_usage_percent", "Processor use of the machine or container"),
    memory: gauge("memory_usage_percent", "Memory use of the machine or container"),
    disk: gauge("disk_usage_percent", "Use of the disk that holds the data folder", ["mount_point"]),
    errors: counter("errors_total", "Errors that bots logged, and requests that failed. Of this process.", [
      "error_type",
      "severity",
    ]),
    allowed: counter("rate_limiter_allowed_requests", "Requests within their budget. Of this process."),
    blocked: counter("rate_limiter_blocked_requests", "Requests over their budget. Of this process."),
  };
}
type Metrics = ReturnType<typeof createMetrics>;

function setTransfers(metrics: Metrics, groups: TransferGroup[]): void {
  for (const counter of [metrics.downloads, metrics.uploads, metrics.failed]) counter.reset();
  for (const { status, kind, destination, phase, tasks } of groups) {
    const outcome = OUTCOMES[status];
    if (!outcome) continue;
    // A transfer that failed while it was sent had been downloaded.
    const isFetched = status === "completed" || phase === "send";
    const source_type = kind === "torrent" ? "torrent" : "direct";
    metrics.downloads.inc({ status: isFetched ? "success" : outcome, source_type }, tasks);
    if (destination !== "local" && isFetched) metrics.uploads.inc({ status: outcome, destination }, tasks);
    if (status === "failed") metrics.failed.inc(tasks);
  }
  const active = groups.filter(({ status }) => status === "active");
  const downloads = active.filter(({ phase }) => phase !== "send");
  const running = { download: sum(downloads), upload: sum(active) - sum(downloads) };
  metrics.activeDownloads.set(running.download);
  metrics.activeUploads.set(running.upload);
  for (const [type, tasks] of Object.entries(running)) metrics.activeTasks.set({ type }, tasks);
  metrics.queued.set({ queue_name: "transfers" }, sum(groups.filter(({ status }) => status === "queued")));
  metrics.speed.set(sum(downloads, ({ speed }) => speed));
}

/** Takes what the process counts of requests and logs from the metrics that have it. */
async function setCounts(registry: Registry, { errors, allowed, blocked }: Metrics): Promise<void> {
  const valuesOf = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values ?? [];
  for (const counter of [errors, allowed, blocked]) counter.reset();
  for (const { labels, value } of await valuesOf("muster_http_requests_total")) {
    (labels.status === 429 ? blocked : allowed).inc(value);
    if (Number(labels.status) >= 500) errors.inc({ error_type: "request", severity: "error" }, value);
  }
  for (const { labels, value } of await valuesOf("muster_logs_stored_total"))
    if (labels.level === "error" || labels.level === "critical")
      errors.inc({ error_type: "log", severity: labels.level }, value);
}

/** Adds the metrics to a registry. Returns what reads their values; `usage` is the reading of the other metrics. */
export function createOriginalFigures(
  registry: Registry,
  transfers: () => Promise<TransferGroup[]>,
): (usage: Promise<Usage>) => Promise<void> {
  const metrics = createMetrics(registry);
  return async (usage) => {
    const [groups, { cpu, memory, disk }] = await Promise.all([transfers(), usage, setCounts(registry, metrics)]);
    setTransfers(metrics, groups);
    metrics.cpu.set(cpu * 100);
    metrics.memory.set(memory * 100);
    metrics.disk.set({ mount_point: "/" }, disk * 100);
  };
}
