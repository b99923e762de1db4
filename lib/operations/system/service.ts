/** The server's own state: health checks, and the measurements on the admin page. */
import type { z } from "zod";
import { type Actor, asAdmin } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { draining } from "@/lib/core/draining";
import { watchLoopDelay } from "@/lib/core/event-loop";
import { background, type Jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { trimMemory } from "@/lib/core/memory";
import type { getHealth as healthContract, SystemInfo } from "./contract";

type Check = SystemInfo["checks"][number];
type Health = z.infer<typeof healthContract.response>;
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
  mail: { status: () => SystemInfo["mail"]; reach: (at: number) => Promise<void> };
  /** Returns "off" where the configuration has no Redis. */
  redis: () => Promise<"off" | "on">;
  pages: { problem: () => string | undefined };
  sockets: () => SystemInfo["sockets"];
  openBotApi: boolean;
  openOpsApi: boolean;
  jobs: Pick<Jobs, "every">;
};

const MIN_FREE_BYTES = 100 * 1024 * 1024;
const MAX_QUEUED = 50_000;
const CHECK_MS = 3_000;
/** How often the process looks whether it is quiet enough to collect garbage. */
const TRIM_MS = 15_000;
/**
 * The checks that make the server unhealthy. A server without mail, Redis or pages still serves its bots, so taking it out of
 * rotation would make things worse.
 */
const VITAL = new Set(["database", "disk", "writes"]);

/** A failed health check, with a message that is safe to show to anyone. */
class Unwell extends Error {}

/**
 * Runs one check. Anyone may read checks, so a driver's error goes to the log only, and the shown texts come from this
 * file.
 */
async function check(name: string, run: () => Promise<string>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, CHECK_MS, new Unwell(`no answer within ${CHECK_MS / 1000} s`));
  });
  try {
    return { name, ok: true, detail: await Promise.race([run(), late]) };
  } catch (error) {
    if (error instanceof Unwell) return { name, ok: false, detail: error.message };
    logger.warn({ err: error, check: name }, "a health check failed");
    return { name, ok: false, detail: "does not answer; the server's log says why" };
  } finally {
    clearTimeout(timer);
  }
}

/** Checks everything that a request may need. */
function runChecks({ store, freeBytes, redis, mail, pages }: Deps): Promise<Check[]> {
  return Promise.all([
    check("database", async () => {
      const before = performance.now();
      await store.ping();
      return `${store.provider} answers in ${(performance.now() - before).toFixed(1)} ms`;
    }),
    check("disk", async () => {
      const free = await freeBytes();
      if (free < MIN_FREE_BYTES) throw new Unwell(`only ${Math.round(free / 1e6)} MB free for the data folder`);
      return `${(free / 1e9).toFixed(1)} GB free`;
    }),
    check("writes", async () => {
      const { queued } = store.ingest();
      if (queued > MAX_QUEUED) throw new Unwell(`${queued} rows queued for writing`);
      return `${queued} rows queued for writing`;
    }),
    check("redis", async () => ((await redis()) === "on" ? "answers" : "not used")),
    check("mail", async () => {
      await mail.reach(Date.now());
      return mail.status().mode === "smtp" ? "the mail server answers" : "written to the outbox folder";
    }),
    check("pages", async () => {
      const problem = pages.problem();
      if (problem) throw new Unwell(problem);
      return "rendered in a process of their own";
    }),
  ]);
}

export function createSystemService(deps: Deps) {
  const { version, dataDir, store, mail, sockets, openBotApi, openOpsApi, jobs } = deps;
  const startedAt = Date.now();
  // Show the 99th percentile of the last whole minute, so that one slow start does not affect the page for ever.
  const delay = watchLoopDelay();
  let lastMinute: number | undefined;
  const minute = jobs.every({
    ...{ name: "system.event_loop", interval: 60_000 },
    run() {
      lastMinute = delay.percentile(99);
      delay.reset();
    },
  });

  const memory = jobs.every({ name: "system.memory", interval: TRIM_MS, run: trimMemory });

  const checks = () => runChecks(deps);

  /**
   * Returns health in the form that monitors read (001). `detailed` adds the checks; a failed vital check makes the
   * server unhealthy.
   */
  async function health(detailed: boolean): Promise<Health> {
    const base = { timestamp: new Date().toISOString(), service: "muster", version };
    // Fail at once when the process is stopping, so that load balancers send no more requests here.
    if (!detailed) return { status: draining.on ? "unhealthy" : "ok", ...base };
    const results = await checks();
    const well = !draining.on && results.every((one) => one.ok || !VITAL.has(one.name));
    return { status: well ? "ok" : "unhealthy", ...base, checks: results };
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
      mail: mail.status(),
      open_bot_api: openBotApi,
      open_ops_api: openOpsApi,
      checks: await checks(),
    };
  }

  return { health, info, background: background([minute, memory]) };
}
