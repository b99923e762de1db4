/** Figures for monitoring: what cannot be read does not take the rest along, and odd words make no series. */
import { Histogram, Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import type { JobState } from "@/lib/core/jobs";
import { createFigures } from "./figures";
import { createMetricsService } from "./service";
import type { Snapshot } from "./store";

const aJob = (name: string, over: Partial<JobState> = {}): JobState => ({
  ...{ name, kind: "interval", state: "waiting", runsIn: "every_process", interval: 1_000, nextRunAt: null },
  ...{ runs: 0, failures: 0, busyMs: 0, lastStartedAt: null, lastSuccessAt: null, lastDurationMs: null },
  ...{ lastError: null, ...over },
});
type Listener = (fact: never, origin: { remote: boolean }) => void;

function aService(snapshot: () => Promise<Snapshot>) {
  const figures = createFigures();
  const listeners = new Map<string, Listener>();
  const state = { at: 1_000_000, reads: 0 };
  const service = createMetricsService({
    figures,
    store: {
      snapshot: () => {
        state.reads++;
        return snapshot();
      },
      ingest: () => ({ rows: 7, flushes: 2, queued: 3 }),
      onFlush: (listener) => listener(0.002),
    },
    version: "1.2.3",
    database: "sqlite",
    now: () => state.at,
    databaseBytes: async () => null,
    tasks: async () => ({ active: 2, downloads: 150, uploads: 145 }),
    sockets: () => ({ consoles: 1, bots: 4, ws: 2, graphql: 3 }),
    services: () => [{ name: "plugins", up: false }],
    jobs: () => [
      aJob("mail.send", { runs: 5, failures: 2, busyMs: 1_500, lastSuccessAt: 990_000 }),
      aJob("mail.sweep"),
    ],
    caches: () => [{ name: "bots", items: 9 }],
    usage: async () => ({ cpu: 0.1, memory: 0.2, disk: 0.3, networkIn: 0, networkOut: 0 }),
  });
  service.listen({
    on: (name, listener) => {
      listeners.set(name, listener as Listener);
      return () => {};
    },
  });
  const tell = (name: string, fact: unknown, remote = false) => listeners.get(name)!(fact as never, { remote });
  return { service, tell, state, figures };
}
const bots = (...rows: [string, number][]) => rows.map(([status, n]) => ({ status, bots: n }));

describe("figures", () => {
  let clear = () => {};
  afterEach(() => clear());

  it("are document 002's and ours, read once for all who ask at a time", async () => {
    const { service, state, figures } = aService(async () => ({
      bots: bots(["online", 3], ["dancing", 2], ["away", 1]),
      pending: 5,
      oldest: state.at - 90_000,
    }));
    clear = () => figures.registry.clear();
    const [text] = await Promise.all([service.text(), service.text()]);
    expect(state.reads).toBe(1);
    for (const line of [
      "# TYPE bot_downloads_total counter",
      "bot_downloads_total 150",
      "nodejs_eventloop_lag_p99_seconds 0",
      "bot_active_tasks 2",
      'muster_bots{status="online"} 3',
      'muster_bots{status="other"} 3',
      'muster_bots{status="offline"} 0',
      "muster_commands_pending 5",
      "muster_command_oldest_pending_seconds 90",
      "muster_ingest_rows_total 7",
      "muster_database_flush_seconds_count 1",
      'muster_service_up{service="plugins"} 0',
      'muster_cache_items{cache="bots"} 9',
      'muster_job_runs_total{name="mail.send"} 5',
      'muster_job_failures_total{name="mail.send"} 2',
      'muster_job_seconds_total{name="mail.send"} 1.5',
      'muster_job_last_success_timestamp_seconds{name="mail.send"} 990',
      'muster_job_runs_total{name="mail.sweep"} 0',
      'muster_sockets{kind="bot"} 4',
      'muster_sockets{kind="ws"} 2',
      'muster_sockets{kind="graphql"} 3',
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).not.toContain('last_success_timestamp_seconds{name="mail.sweep"}');
    state.at += 2_000;
    await service.text();
    expect(state.reads).toBe(2);
  });

  it("outlive a database that does not answer", async () => {
    const { service, figures } = aService(() => Promise.reject(new Error("away")));
    clear = () => figures.registry.clear();
    const text = await service.text();
    expect(text).toContain("bot_downloads_total 150");
    expect(text).toContain("muster_ingest_queued_rows 3");
  });

  it("count a command's stages where it happened, from its time on", async () => {
    const { service, tell, figures } = aService(async () => ({ bots: [], pending: 0, oldest: null }));
    clear = () => figures.registry.clear();
    const at = (s: number) => new Date(1_000_000 + s * 1000).toISOString();
    const command = {
      ...{ status: "completed", reason: null, created_at: at(0), run_at: at(10) },
      ...{ dispatched_at: at(12), completed_at: at(15) },
    };
    tell("command.settled", { command });
    tell("command.settled", { command }, true);
    tell("command.settled", { command: { ...command, status: "failed", reason: "expired", dispatched_at: null } });
    tell("logs.stored", { logs: [{ type: "WARN" }, { type: "whatever it likes" }] });
    const lines = (await service.text()).split("\n");
    for (const line of [
      'muster_commands_settled_total{status="completed",reason="bot"} 1',
      'muster_commands_settled_total{status="failed",reason="expired"} 1',
      'muster_command_seconds_sum{stage="queued"} 2',
      'muster_command_seconds_sum{stage="leased"} 3',
      'muster_command_seconds_count{stage="leased"} 1',
      'muster_logs_stored_total{level="warning"} 1',
      'muster_logs_stored_total{level="other"} 1',
    ])
      expect(lines).toContain(line);
  });

  it("write requests in the format of prom-client's own histogram", async () => {
    const { service, figures } = aService(async () => ({ bots: [], pending: 0, oldest: null }));
    clear = () => figures.registry.clear();
    const peer = new Histogram({
      ...{ name: "muster_http_request_seconds", help: "peer", registers: [], labelNames: ["method", "route"] },
      buckets: [0.002, 0.005, 0.01, 0.025, 0.1, 0.25, 1, 5],
    });
    const requests = [
      ["GET", "/api/health", 200, 0.002],
      ["GET", "/api/health", 503, 0.0021],
      ["POST", "/api/health", 200, 6],
      ["GET", "/api/health", 200, 0],
    ] as const;
    for (const [method, route, status, seconds] of requests) {
      service.observe(method, route, status, seconds);
      peer.observe({ method, route }, seconds);
    }
    const text = await service.text();
    const registry = new Registry();
    registry.registerMetric(peer);
    const [, , ...expected] = (await registry.metrics()).trim().split("\n");
    expect(expected).toHaveLength(22);
    expect(text).toContain(expected.join("\n"));
    for (const line of [
      'muster_http_requests_total{method="GET",route="/api/health",status="200"} 2',
      'muster_http_requests_total{method="GET",route="/api/health",status="503"} 1',
      'muster_http_requests_total{method="POST",route="/api/health",status="200"} 1',
    ])
      expect(text.split("\n")).toContain(line);
  });
});
