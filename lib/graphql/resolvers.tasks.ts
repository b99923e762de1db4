/** Resolvers of document 002: transfers. */
import { bus } from "@/lib/bus";
import { tasks } from "@/lib/tasks";
import type { Task } from "@/lib/tasks/contract";
import { sizeText, speedText } from "@/lib/units";
import type { Context } from "./context";
import { secondTime } from "./resolvers.server";
import { stream } from "./stream";
import { told } from "./subscriptions";

const viewOf = (task: Task) => ({ ...task, startTime: task.startTime && secondTime(task.startTime) });

const query = {
  taskStatus: async (_: unknown, { taskId }: { taskId: string }, { actor }: Context) =>
    viewOf(await tasks.get(actor, taskId)),
  async downloadStats(_: unknown, __: unknown, { actor }: Context) {
    const { totalBytes, averageSpeed, topDownloaders, ...counts } = await tasks.stats(actor);
    return {
      ...counts,
      totalBandwidth: sizeText(totalBytes),
      averageSpeed: speedText(averageSpeed),
      topDownloaders: topDownloaders.map(({ totalBytes: bytes, ...one }) => ({ ...one, totalSize: sizeText(bytes) })),
    };
  },
};

const OVER = new Set<Task["status"]>(["completed", "failed", "cancelled"]);
type Progress = Pick<Task, "progress" | "speed" | "eta" | "status"> & { taskId: string };
const progressOf = ({ id, progress, speed, eta, status }: Task): Progress => ({
  ...{ taskId: id, progress, speed, eta, status },
});

const subscription = {
  taskProgress: told<{ taskId: string }, Progress>(async ({ taskId }, actor) => {
    await tasks.get(actor, taskId);
    return stream(actor, (push, end) => {
      let last = "";
      const tell = (task: Task) => {
        const progress = progressOf(task);
        const text = JSON.stringify(progress);
        // A change and its end tell the same.
        if (text !== last) push(progress);
        last = text;
        if (OVER.has(task.status)) end();
      };
      const heard = ({ task }: { task: Task }) => {
        if (task.id === taskId) tell(task);
      };
      const ends = [
        bus.on("task.changed", heard),
        bus.on("task.settled", heard),
        bus.on("task.removed", ({ id }) => {
          if (id === taskId) end();
        }),
      ];
      // Where it stands now, read after listening has begun: nothing falls in between.
      tasks.get(actor, taskId).then((task) => {
        if (last === "") tell(task);
      }, end);
      return ends;
    });
  }),
};

export const transfers = { query, subscription };
