/** The server's own state: health checks and the figures of the admin page. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Actor, asAdmin } from "@/lib/access";
import { iso } from "@/lib/clock";
import type { SystemInfo } from "./contract";

type Check = SystemInfo["checks"][number];
type Deps = {
  version: string;
  dataDir: string;
  store: {
    ping(): Promise<void>;
    bytes(): Promise<number | null>;
    provider: SystemInfo["database"];
    ingest(): SystemInfo["ingest"];
  };
  freeBytes: () => Promise<number>;
  mail: () => SystemInfo["mail"];
  sockets: () => SystemInfo["sockets"];
};

const MIN_FREE_BYTES = 100 * 1024 * 1024;

export function createSystemService({ version, dataDir, store, freeBytes, mail, sockets }: Deps) {
  const startedAt = Date.now();
  // The 99th percentile of the last whole minute: one slow start must not colour the page for ever.
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let lastMinute: number | undefined;
  setInterval(() => {
    lastMinute = delay.percentile(99);
    delay.reset();
  }, 60_000).unref();

  async function check(name: string, run: () => Promise<string>): Promise<Check> {
    try {
      return { name, ok: true, detail: await run() };
    } catch (error) {
      return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  const checks = () =>
    Promise.all([
      check("database", async () => {
        const before = performance.now();
        await store.ping();
        return `${store.provider} answers in ${(performance.now() - before).toFixed(1)} ms`;
      }),
      check("disk", async () => {
        const free = await freeBytes();
        if (free < MIN_FREE_BYTES) throw new Error(`only ${Math.round(free / 1e6)} MB free for the data folder`);
        return `${(free / 1e9).toFixed(1)} GB free`;
      }),
      check("writes", async () => {
        const { queued } = store.ingest();
        if (queued > 50_000) throw new Error(`${queued} rows wait to be written`);
        return `${queued} rows wait to be written`;
      }),
    ]);

  /** Health as monitors read it (001). `detailed` adds the checks. */
  async function health(detailed: boolean) {
    const base = { timestamp: new Date().toISOString(), service: "muster", version };
    if (!detailed) return { status: "ok" as const, ...base };
    const results = await checks();
    const status = results.every((one) => one.ok) ? ("ok" as const) : ("unhealthy" as const);
    return { status, ...base, checks: results };
  }

  /** @throws AppError UNAUTHORIZED, FORBIDDEN unless an admin asks */
  async function info(actor: Actor): Promise<SystemInfo> {
    asAdmin(actor);
    return {
      version,
      node: process.version,
      started_at: iso(startedAt),
      database: store.provider,
      database_bytes: await store.bytes(),
      data_dir: dataDir,
      rss_bytes: process.memoryUsage.rss(),
      event_loop_delay_ms: Math.round((lastMinute ?? delay.percentile(99)) / 1e4) / 100,
      sockets: sockets(),
      ingest: store.ingest(),
      mail: mail(),
      checks: await checks(),
    };
  }

  return { health, info };
}
