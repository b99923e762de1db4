/** Answers document 002's own dashboard from the transfers and figures that every other page uses. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { type Clock, iso } from "@/lib/core/clock";
import type { MachineMetrics } from "@/lib/operations/system/contract";
import type { TransfersRoom } from "@/lib/operations/transfers";
import type { Task, TaskStatus } from "@/lib/operations/transfers/contract";
import type { ControlInput, DashboardTask } from "./contract";

type Deps = {
  tasks: Pick<TransfersRoom["tasks"], "list" | "pause" | "resume" | "cancel">;
  machine: () => Promise<Pick<MachineMetrics, "cpuUsage" | "memoryUsage">>;
  /** Seconds since this process started. */
  uptime: () => number;
  now: Clock;
};

/** More than run at once, so that one page holds all active transfers. */
const ACTIVE_MAX = 200;

const STATUSES: Record<Exclude<TaskStatus, "active">, DashboardTask["status"]> = {
  ...{ queued: "downloading", paused: "paused", completed: "completed" },
  ...{ failed: "error", cancelled: "error" },
};

const toDashboard = (task: Task): DashboardTask => {
  const isSending = task.type === "upload" && task.destination !== "local";
  return {
    gid: task.id,
    name: task.filename ?? task.url,
    engine: isSending && task.destination !== "local" ? task.destination : task.type === "torrent" ? "aria2" : "http",
    status: task.status === "active" ? (isSending ? "uploading" : "downloading") : STATUSES[task.status],
    progress: task.progress,
    speed: task.speedBytes ?? 0,
    eta: task.etaSeconds,
    total_length: task.sizeBytes ?? 0,
    completed_length: task.downloadedBytes,
  };
};

export function createDashboard({ tasks, machine, uptime, now }: Deps) {
  return {
    async stats(actor: Actor) {
      asUser(actor);
      const [active, { cpuUsage, memoryUsage }] = await Promise.all([
        tasks.list(actor, { status: "active", limit: ACTIVE_MAX, offset: 0 }),
        machine(),
      ]);
      return {
        active_tasks: active.total,
        total_speed: active.tasks.reduce((sum, { speedBytes }) => sum + (speedBytes ?? 0), 0),
        ...{ cpu_usage: cpuUsage, memory_usage: memoryUsage, uptime: Math.floor(uptime()) },
      };
    },

    async tasks(actor: Actor, page: { limit: number; offset: number }) {
      const { tasks: rows, total } = await tasks.list(actor, page);
      return { tasks: rows.map(toDashboard), total };
    },

    /** @throws AppError NOT_FOUND, FORBIDDEN; CONFLICT the transfer's status does not allow the action */
    async control(actor: Actor, id: string, { action, reason }: ControlInput) {
      if (reason) describeAct({ after: { reason } });
      if (action === "pause") await tasks.pause(actor, id);
      else if (action === "resume") await tasks.resume(actor, id);
      else await tasks.cancel(actor, id, { keepsEnded: true });
      return { success: true as const, task_id: id, action, timestamp: iso(now()) };
    },
  };
}
