/** Resolvers of document 002: transfers. */
import { z } from "zod";
import type { App } from "@/lib/app";
import { bus } from "@/lib/core/bus";
import { Cursor } from "@/lib/core/contract";
import { sizeText, speedText } from "@/lib/core/format/units";
import { type Context, operating } from "@/lib/edge/graphql/context";
import { checked, connectionOf, given, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { stream } from "@/lib/edge/graphql/stream";
import { liveField } from "@/lib/edge/graphql/subscriptions";
import { check } from "@/lib/edge/http";
import { listTasks, startDownload, type Task } from "@/lib/operations/transfers/contract";
import { secondTime } from "./server";

const After = z.object({ after: Cursor });
const viewOf = (task: Task) => ({ ...task, startTime: task.startTime && secondTime(task.startTime) });

const query = ({ tasks }: App) => ({
  taskStatus: async (_: unknown, { taskId }: { taskId: string }, { actor }: Context) =>
    viewOf(await tasks.get(actor, taskId)),
  async tasks(_: unknown, { first, after, ...filter }: PageArgs & Record<string, unknown>, { actor }: Context) {
    // The arguments have document 002's names.
    const asked = given({ ...filter, limit: paging({ first }).limit });
    const { status, search, userId, limit } = check(listTasks.query, asked);
    const page = await tasks.page(actor, { status, search, userId, limit, cursor: checked(After, { after }).after });
    return connectionOf(page.items, page.next_cursor, viewOf);
  },
  async downloadStats(_: unknown, __: unknown, { actor }: Context) {
    const { totalBytes, averageSpeed, topDownloaders, ...counts } = await tasks.stats(actor);
    return {
      ...counts,
      totalBandwidth: sizeText(totalBytes),
      averageSpeed: speedText(averageSpeed),
      topDownloaders: topDownloaders.map(({ totalBytes: bytes, ...one }) => ({ ...one, totalSize: sizeText(bytes) })),
    };
  },
});

const changed = (task: Task, what: string) => ({
  success: true,
  message: `Task ${what} successfully`,
  task: viewOf(task),
});
type Named = { taskId: string };
const mutation = ({ tasks }: App) => ({
  // The arguments have document 002's names.
  startDownload: operating(async (_, args: Record<string, unknown>, { actor }) => ({
    success: true,
    message: "Download started successfully",
    task: viewOf(await tasks.create(actor, check(startDownload.body, given(args)))),
  })),
  cancelTask: operating(async (_, { taskId }: Named, { actor }) => {
    const { task, removed } = await tasks.cancel(actor, taskId);
    return changed(task, removed ? "removed" : "cancelled");
  }),
  pauseTask: operating(async (_, { taskId }: Named, { actor }) => changed(await tasks.pause(actor, taskId), "paused")),
  resumeTask: operating(async (_, { taskId }: Named, { actor }) =>
    changed(await tasks.resume(actor, taskId), "resumed"),
  ),
  retryTask: operating(async (_, { taskId }: Named, { actor }) => changed(await tasks.retry(actor, taskId), "queued")),
});

const OVER = new Set<Task["status"]>(["completed", "failed", "cancelled"]);
type Progress = Pick<Task, "progress" | "speed" | "eta" | "status"> & { taskId: string };
const progressOf = ({ id, progress, speed, eta, status }: Task): Progress => ({
  ...{ taskId: id, progress, speed, eta, status },
});

const subscription = ({ config, tasks }: App) => ({
  taskProgress: liveField<{ taskId: string }, Progress>(async ({ taskId }, actor) => {
    await config.demand("transfers");
    await tasks.get(actor, taskId);
    return stream(actor, (push, end) => {
      let last = "";
      const tell = (task: Task) => {
        const progress = progressOf(task);
        const text = JSON.stringify(progress);
        // Several facts may lead to the same progress; send it only once.
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
      // Read the current state after listening has begun, so that no change is missed in between.
      tasks.get(actor, taskId).then((task) => {
        if (last === "") tell(task);
      }, end);
      return ends;
    });
  }),
});

export const transfers = (app: App) => ({
  query: query(app),
  mutation: mutation(app),
  subscription: subscription(app),
});
