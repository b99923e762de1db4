/** One attempt at a transfer: its progress is measured, reported and stored until the work ends. */

import type { Work } from "@/lib/operations/transfers/work";
import { createConclusion } from "./conclusion";
import {
  announce,
  countBytes,
  isFetching,
  keptBytes,
  LEASE_MS,
  progressOf,
  type RunnerDeps,
  type Running,
} from "./running";

const KEEP_MS = 2_000;
/** At most four facts a second. */
const REPORT_MS = 250;

type Deps = Pick<RunnerDeps, "store" | "emit" | "now" | "me" | "settings" | "retryMs" | "wakeLater" | "log">;

/** Measures the speed and reports what changed. @returns a function that stops it */
function reportProgress({ emit }: Pick<Deps, "emit">, task: Running): () => void {
  const { live, abort } = task;
  let measured = { at: performance.now(), bytes: -1 };
  let lastReport = "";
  const timer = setInterval(() => {
    countBytes(task);
    const bytes = live.downloaded + live.uploaded;
    const at = performance.now();
    const rate = ((bytes - measured.bytes) / (at - measured.at)) * 1000;
    // aria2 reports the speed of torrents itself.
    if (measured.bytes >= 0 && rate >= 0 && !isFetching(task, "torrent"))
      live.speed = Math.round(live.speed === null ? rate : live.speed * 0.8 + rate * 0.2);
    measured = { at, bytes };
    const report = `${bytes} ${live.size} ${live.phase} ${live.connections} ${live.seeders} ${live.speed}`;
    if (report === lastReport || abort.signal.aborted) return;
    lastReport = report;
    announce(emit, "task.changed", task);
  }, REPORT_MS);
  return () => clearInterval(timer);
}

/** Stores the progress and renews the lease; aborts the work when the lease is lost. @returns a function that stops it */
function keepLease({ store, now, me, log }: Pick<Deps, "store" | "now" | "me" | "log">, task: Running, until: number) {
  const { row, abort } = task;
  let leasedUntil = until;
  const timer = setInterval(() => {
    // The database was unreachable for so long that another process may have leased the transfer.
    if (now() >= leasedUntil) return abort.abort();
    const next = now() + LEASE_MS;
    store.keep(row.id, me, next, progressOf(task, now())).then(
      (ours) => {
        if (ours) leasedUntil = next;
        else abort.abort();
      },
      (error) => log.warn({ err: error, task: row.id }, "tasks: progress could not be written down"),
    );
  }, KEEP_MS);
  return () => clearInterval(timer);
}

/** @param isStopping whether the server is stopping, so that another process has to continue the transfer */
export function createAttempt(deps: Deps, work: Work, isStopping: () => boolean) {
  const { store, emit, now, me } = deps;
  const conclude = createConclusion(deps, isStopping);

  /** Works on a transfer until it settles or its lease is lost. @throws errors of the database */
  return async (task: Running): Promise<void> => {
    const { row, live, state, abort } = task;
    const leasedUntil = now() + LEASE_MS;
    // A pause or cancellation between the claim and this point found no running transfer to stop, so check again.
    if (!(await store.keep(row.id, me, leasedUntil, progressOf(task, now())))) return;
    announce(emit, "task.changed", task);
    const stops = [reportProgress(deps, task), keepLease(deps, task, leasedUntil)];
    // An earlier attempt may have left more bytes than this one keeps.
    state.kept = Math.max(state.kept ?? 0, keptBytes(task));
    const end = await work({ row, live, state, signal: abort.signal })
      .then(
        (files) => ({ files }),
        (error: unknown) => ({ error }),
      )
      .finally(() => {
        for (const stop of stops) stop();
      });
    countBytes(task);
    await conclude(task, end);
  };
}
