/** Pauses, resumes, retries and cancels transfers. */
import type { Actor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import type { Task, TaskStatus } from "./contract";
import { removeFolder } from "./disk";
import type { TaskRow } from "./rows";
import { type TaskAccess, type TaskDeps, taskTarget } from "./service.access";

type Deps = Pick<TaskDeps, "store" | "runner" | "senders" | "torrents" | "emit" | "now">;

const ENDED: TaskStatus[] = ["completed", "failed", "cancelled"];

export function createTaskChanges(deps: Deps, { viewOf, reach, announce }: TaskAccess) {
  const { store, runner, senders, torrents, emit, now } = deps;

  /** Changes a transfer's status from one of `from` to `to`, or throws the reason why it cannot. */
  async function changeStatus(
    actor: Actor,
    id: string,
    from: TaskStatus[],
    to: TaskStatus,
    word: string,
  ): Promise<TaskRow> {
    const row = await reach(actor, id, to === "queued" ? "start" : "change");
    describeUpdate(taskTarget(row), row, { status: to });
    if (!from.includes(row.status) || !(await store.changeStatus(id, from, to, now()))) {
      const { status } = await reach(actor, id, "change");
      throw new AppError("CONFLICT", `A task that is ${status} cannot be ${word}`, { status });
    }
    await runner.halt(id);
    return row;
  }

  /** @throws AppError CONFLICT the transfer has ended */
  async function pause(actor: Actor, id: string): Promise<Task> {
    await changeStatus(actor, id, ["queued", "active"], "paused", "paused");
    return announce(actor, id);
  }

  /** @throws AppError FORBIDDEN the caller's role is too low for this server; CONFLICT the transfer is not paused */
  async function resume(actor: Actor, id: string): Promise<Task> {
    await changeStatus(actor, id, ["paused"], "queued", "resumed");
    const task = await announce(actor, id);
    void runner.wake().catch(() => {});
    return task;
  }

  /**
   * @throws AppError FORBIDDEN the caller's role is too low for this server
   * @throws AppError CONFLICT the transfer neither failed nor was cancelled, or its destination is no longer configured
   */
  async function retry(actor: Actor, id: string): Promise<Task> {
    const { destination, kind } = await reach(actor, id, "start");
    const missing = destination === "local" ? undefined : senders[destination].missing();
    if (missing) throw new AppError("CONFLICT", `destination: ${missing}`);
    const noTorrents = kind === "torrent" ? torrents.missing() : undefined;
    if (noTorrents) throw new AppError("CONFLICT", `url: ${noTorrents}`);
    await changeStatus(actor, id, ["failed", "cancelled"], "queued", "tried again");
    const task = await announce(actor, id);
    void runner.wake().catch(() => {});
    return task;
  }

  /**
   * Cancels a transfer and deletes its downloaded bytes; resolves when the file is gone. A transfer that has already
   * ended is removed from the lists, with its files.
   *
   * @throws AppError CONFLICT the transfer has ended, with `keepsEnded`
   */
  async function cancel(
    actor: Actor,
    id: string,
    { keepsEnded = false }: { keepsEnded?: boolean } = {},
  ): Promise<{ task: Task; removed: boolean }> {
    const row = await reach(actor, id, "change");
    if (ENDED.includes(row.status) && !keepsEnded) {
      describeAct({ target: taskTarget(row), before: { status: row.status, filename: row.filename } });
      // The transfer was just retried, or somebody else has removed it.
      if (!(await store.hide(id))) return cancel(actor, id);
      await removeFolder(row.dir, id);
      emit("task.removed", { id, owner_id: row.owner_id });
      return { task: viewOf({ ...row, files: "[]" }), removed: true };
    }
    await changeStatus(actor, id, ["queued", "active", "paused"], "cancelled", "cancelled");
    if (row.kind === "torrent") await torrents.forget(id);
    await removeFolder(row.dir, id);
    await store.emptied(id);
    return { task: await announce(actor, id, true), removed: false };
  }

  return { pause, resume, retry, cancel };
}
