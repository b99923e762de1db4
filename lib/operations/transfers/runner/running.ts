/** A transfer that this process works on, with its progress and state. */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { readJson } from "@/lib/core/format/json";
import { bytesIn, survivingBytes } from "@/lib/operations/transfers/fetch/answers";
import { type Live, type TaskRow, taskOf } from "@/lib/operations/transfers/rows";
import type { EngineStore } from "@/lib/operations/transfers/store.engine";
import type { State, WorkDeps } from "@/lib/operations/transfers/work";

export type RunnerDeps = Omit<WorkDeps, "store" | "torrentLimit"> & {
  store: EngineStore;
  emit: Emit;
  now: Clock;
  /** The bytes a second of this process; 0 means no limit. */
  bytesPerS: number;
  /** The wait before the first retry. It doubles each time. */
  retryMs: number;
  /** Calls `wake` within so many milliseconds. */
  wakeLater(ms: number): void;
  log: { warn(about: object, text: string): void };
};

export type Running = {
  row: TaskRow;
  live: Live;
  state: State;
  begun: number;
  abort: AbortController;
  done: Promise<void>;
};

export const LEASE_MS = 15_000;

export function newRunning(row: TaskRow, begun: number): Running {
  const { size, downloaded, uploaded, filename, phase } = row;
  const state: State = readJson(row.state);
  // A person started the transfer again, so the limits used up by earlier attempts no longer count.
  if (row.attempts <= 1) Object.assign(state, { requests: 0, best: 0, failures: 0, kept: 0 });
  const live = { size, downloaded, uploaded, speed: null, connections: 0, filename, phase };
  return { row, live, state, begun, abort: new AbortController(), done: Promise.resolve() };
}

export const isFetching = ({ row, live }: Pick<Running, "row" | "live">, kind: TaskRow["kind"]): boolean =>
  live.phase === "fetch" && row.kind === kind;

/** Copies the number of downloaded bytes of an HTTP download to its progress; torrents report theirs. */
export function countBytes(task: Running): void {
  if (isFetching(task, "http")) task.live.downloaded = bytesIn(task.state);
}

/** Returns the number of bytes from which another attempt can continue. */
export const keptBytes = (task: Running): number =>
  isFetching(task, "http") ? survivingBytes(task.state) : task.live.downloaded + task.live.uploaded;

/** The progress of a transfer as it is stored. */
export const progressOf = ({ live, state, row, begun }: Running, at: number) => ({
  ...live,
  state: JSON.stringify(state),
  spent: row.spent + (at - begun),
});

export function announce(
  emit: Emit,
  name: "task.changed" | "task.settled",
  { row, live }: Pick<Running, "row" | "live">,
): void {
  emit(name, { task: taskOf(row, live), owner_id: row.owner_id });
}
