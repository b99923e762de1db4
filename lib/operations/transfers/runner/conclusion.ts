/** Concludes an attempt: the transfer settles, is retried, or is left to another process. */
import { AppError } from "@/lib/core/errors";
import { Hopeless, Waits } from "@/lib/operations/transfers/fetch/open";
import type { StoredFile } from "@/lib/operations/transfers/rows";
import type { EngineStore } from "@/lib/operations/transfers/store.engine";
import { announce, keptBytes, LEASE_MS, progressOf, type RunnerDeps, type Running } from "./running";

/**
 * The most attempts in a row without progress, and the most failed attempts in all; each BYTES_PER_ATTEMPT bytes kept
 * allow one more.
 */
const ATTEMPTS = 8;
const ATTEMPTS_IN_ALL = 100;
const BYTES_PER_ATTEMPT = 16_777_216;
const RETRY_MAX_MS = 60_000;
/** A transfer that waits for another one is retried after this many times the first retry pause. */
const WAITS = 10;

type End = { files: StoredFile[] } | { error: unknown };
type Deps = Pick<RunnerDeps, "store" | "emit" | "now" | "me" | "settings" | "retryMs" | "wakeLater" | "log">;

/** @param isStopping whether the server is stopping, so that another process has to continue the transfer */
export function createConclusion(deps: Deps, isStopping: () => boolean) {
  const { store, emit, now, me, settings, log } = deps;

  async function settle({ row, live }: Running, end: Parameters<EngineStore["settle"]>[2]): Promise<void> {
    if (!(await store.settle(row.id, me, end))) return;
    const { status, error, at, deleteAt } = end;
    const last = { ...row, status, error, files: end.files, finished_at: at, delete_at: deleteAt };
    announce(emit, "task.changed", { row: last, live });
    announce(emit, "task.settled", { row: last, live });
  }

  async function complete(task: Running, files: StoredFile[]): Promise<void> {
    const { autoDeleteMs } = await settings();
    const deleteAt = autoDeleteMs > 0 && task.row.destination === "local" ? now() + autoDeleteMs : null;
    await settle(task, { status: "completed", error: null, files: JSON.stringify(files), at: now(), deleteAt });
  }

  async function retryOrFail(task: Running, error: unknown, hasProgressed: boolean): Promise<void> {
    const { row, live, state } = task;
    const message = error instanceof AppError ? error.message : "Something went wrong; the server's log says what";
    if (!(error instanceof AppError)) log.warn({ err: error, task: row.id }, "tasks: a transfer failed unexpectedly");
    const waitsFor = error instanceof Waits;
    const attempts = hasProgressed || waitsFor ? 1 : row.attempts;
    const isSpent = (state.failures ?? 0) >= ATTEMPTS_IN_ALL + (state.kept ?? 0) / BYTES_PER_ATTEMPT;
    const hopeless = error instanceof Hopeless || (error instanceof AppError && error.code === "INVALID_INPUT");
    if (hopeless || isSpent || attempts >= ATTEMPTS)
      return settle(task, { status: "failed", error: message, files: row.files, at: now(), deleteAt: null });
    const wait = Math.min(RETRY_MAX_MS, deps.retryMs * (waitsFor ? WAITS : 2 ** (attempts - 1)));
    const waits = `${message}. Retrying`;
    if (!(await store.requeue(row.id, me, now() + wait, attempts, waits))) return;
    deps.wakeLater(wait + 5);
    announce(emit, "task.changed", { row: { ...row, status: "queued", error: waits, attempts }, live });
  }

  return async (task: Running, end: End): Promise<void> => {
    const { row, state, abort } = task;
    const bytes = keptBytes(task);
    const hasProgressed = bytes > (state.kept ?? 0);
    state.kept = Math.max(state.kept ?? 0, bytes);
    const hasFailed = "error" in end && !(end.error instanceof Waits) && !abort.signal.aborted;
    if (hasFailed) state.failures = (state.failures ?? 0) + 1;
    const progress = progressOf(task, now());
    if (!abort.signal.aborted && (await store.keep(row.id, me, now() + LEASE_MS, progress)))
      return "files" in end ? complete(task, end.files) : retryOrFail(task, end.error, hasProgressed);
    // The server is stopping: put the transfer back into the queue, so that the next process continues it.
    if (isStopping() && (await store.keep(row.id, me, now() + LEASE_MS, progress)))
      await store.requeue(row.id, me, now(), 0, null);
    else await store.keepPaused(row.id, progress);
  };
}
