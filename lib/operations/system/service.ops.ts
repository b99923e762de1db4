/** Document 002's view of the server: status, statistics of its logs, caches. */
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { cacheSizes, clearCaches } from "@/lib/core/caches";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { percentText, sizeText, spanText } from "@/lib/core/format/units";
import type { JobState } from "@/lib/core/jobs";
import { type VisibleBots, visibleBots } from "@/lib/identity/access";
import type { BackgroundJob, LoggerStats, SystemStatus } from "./contract";
import type { Usage } from "./machine";

export type LevelCounts = { total: number; errors: number; warnings: number; criticals: number };
type Deps = {
  version: string;
  /** Returns for how many seconds this process has been running. */
  uptime: () => number;
  now: Clock;
  usage: () => Promise<Usage>;
  tasks: () => Promise<{ active: number; downloads: number; uploads: number }>;
  /** Counters of the logs of the bots that a reader may see, or of all. */
  levels: (visible?: VisibleBots) => Promise<LevelCounts>;
  logs: (
    actor: Actor,
    query: { level: string; limit: number },
  ) => Promise<{ logs: { message: string; timestamp: string }[] }>;
  /** Bytes of each file of the server's own log. */
  logFileSizes: () => number[];
  logDirectory: string;
  clearElsewhere: (by: number) => void;
  jobs: () => JobState[];
  restart: (actor: Actor, name: string) => Promise<{ success: boolean; message: string }>;
};

const RECENT = 10;
const MESSAGE_MAX = 200;

const jobView = (job: JobState): BackgroundJob => ({
  ...{ name: job.name, state: job.state, runs_in: job.runsIn, interval_s: job.interval / 1000 },
  ...{ last_run: isoOrNull(job.lastStartedAt), last_success: isoOrNull(job.lastSuccessAt) },
  ...{ duration_ms: job.lastDurationMs, next_run: isoOrNull(job.nextRunAt) },
  ...{ runs: job.runs, failures: job.failures, error: job.lastError },
});

const HIDDEN_LOG = { logFileSize: null, logDirectory: null, logFileCount: null, totalSizeBytes: null };
/** Describes the files of the server's own log. */
function ownLog(logDirectory: string, sizes: number[]) {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { logFileSize: sizeText(bytes), logDirectory, logFileCount: sizes.length, totalSizeBytes: bytes };
}

const createLoggerStats =
  ({ levels, logs, logFileSizes, logDirectory }: Pick<Deps, "levels" | "logs" | "logFileSizes" | "logDirectory">) =>
  /**
   * Counts the logs that the actor may see; for admins also the files of the server's own log. @throws AppError
   * UNAUTHORIZED
   */
  async (actor: Actor): Promise<LoggerStats> => {
    const user = asUser(actor);
    const [{ total, errors, warnings, criticals }, recent] = await Promise.all([
      levels(visibleBots(user)),
      logs(user, { level: "error,critical", limit: RECENT }),
    ]);
    return {
      totalLogs: total,
      errorCount: errors,
      warningCount: warnings,
      infoCount: Math.max(0, total - errors - warnings - criticals),
      criticalCount: criticals,
      recentErrors: recent.logs.map(
        ({ message, timestamp }) => `${cutText(message, MESSAGE_MAX)} at ${timestamp.slice(11, 19)}`,
      ),
      ...(user.role === "admin" ? ownLog(logDirectory, logFileSizes()) : HIDDEN_LOG),
    };
  };

export function createOperations(deps: Deps) {
  const { version, uptime, now, usage, tasks, clearElsewhere, restart, jobs } = deps;
  return {
    loggerStats: createLoggerStats(deps),

    /** @throws AppError UNAUTHORIZED unless a user asks */
    async status(actor: Actor): Promise<SystemStatus> {
      asUser(actor);
      const [{ cpu, memory }, figures] = await Promise.all([usage(), tasks()]);
      return {
        version,
        uptime: spanText(uptime()),
        activeTasks: figures.active,
        totalDownloads: figures.downloads,
        totalUploads: figures.uploads,
        memoryUsage: percentText(memory),
        cpuUsage: percentText(cpu),
        timestamp: iso(now()),
      };
    },

    /** How many items each cache of this process holds. @throws AppError FORBIDDEN unless an admin asks */
    caches(actor: Actor) {
      asAdmin(actor);
      return cacheSizes();
    },

    /** Lists the background jobs of this process. @throws AppError FORBIDDEN unless an admin asks */
    jobs(actor: Actor): BackgroundJob[] {
      asAdmin(actor);
      return jobs().map(jobView);
    },

    /**
     * Empties the caches of every process; the returned count covers this process. @throws AppError FORBIDDEN unless an
     * admin asks
     */
    clearCache(actor: Actor): { success: true; message: string; clearedItems: number } {
      const { user_id } = asAdmin(actor, "admin");
      const clearedItems = clearCaches();
      clearElsewhere(user_id);
      return { success: true, message: "Cache cleared successfully", clearedItems };
    },

    /**
     * Restarts a service and answers as document 002 does: an unknown name gives `success: false`. @throws AppError
     * FORBIDDEN unless an admin asks
     */
    async restart(actor: Actor, name: string): Promise<{ success: boolean; message: string }> {
      try {
        return await restart(actor, name);
      } catch (error) {
        if (error instanceof AppError && error.code === "NOT_FOUND") return { success: false, message: error.message };
        throw error;
      }
    },
  };
}
