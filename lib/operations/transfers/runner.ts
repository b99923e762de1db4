/**
 * The engine: takes queued transfers as there is room, and works on them until they settle. Any number of processes may
 * run one; the lease in the database says whose a transfer is, and is lost when somebody pauses, cancels or deletes it.
 */

import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { bytesIn, survivingBytes } from "./fetch/answers";
import { Hopeless, Waits } from "./fetch/open";
import { type Live, type StoredFile, type TaskRow, taskOf } from "./rows";
import type { EngineStore } from "./store.engine";
import { createWork, type State, type WorkDeps } from "./work";

type Deps = Omit<WorkDeps, "store" | "torrentLimit"> & {
  store: EngineStore;
  emit: Emit;
  now: Clock;
  /** Bytes a second of a process; 0 is any. */
  bytesPerS: number;
  /** First wait before another attempt; doubled each time. */
  retryMs: number;
  /** Calls `wake` within so many milliseconds. */
  wakeLater(ms: number): void;
  log: { warn(about: object, text: string): void };
};
type Running = {
  row: TaskRow;
  live: Live;
  state: State;
  begun: number;
  abort: AbortController;
  done: Promise<void>;
};

const LEASE_MS = 15_000;
const KEEP_MS = 2_000;
/** At most four facts a second. */
const TELL_MS = 250;
/** Attempts in a row without progress; and attempts in all, with one more for each so many bytes that survived. */
const ATTEMPTS = 8;
const ATTEMPTS_IN_ALL = 100;
const BYTES_PER_ATTEMPT = 16_777_216;
const RETRY_MAX_MS = 60_000;
/** First waits it takes until somebody else's may have ended. */
const WAITS = 10;

export type Runner = ReturnType<typeof createRunner>;

export function createRunner(deps: Deps) {
  const { store, emit, now, me, settings, log } = deps;
  const running = new Map<string, Running>();
  // aria2's bandwidth is shared out beforehand; what others do not use is lost to it.
  const torrentLimit = () => (deps.bytesPerS > 0 ? Math.max(1, Math.floor(deps.bytesPerS / running.size)) : 0);
  const work = createWork({ ...deps, torrentLimit });
  let stopping = false;
  let waking: Promise<void> | undefined;
  let again = false;

  const tell = (name: "task.changed" | "task.settled", { row, live }: Pick<Running, "row" | "live">) =>
    emit(name, { task: taskOf(row, live), owner_id: row.owner_id });
  const keptOf = ({ live, state, row, begun }: Running) => ({
    ...live,
    state: JSON.stringify(state),
    spent: row.spent + (now() - begun),
  });

  /** Takes what can be taken. Calls during a call are one more round. */
  function wake(): Promise<void> {
    again = true;
    waking ??= rounds().finally(() => {
      waking = undefined;
    });
    return waking;
  }
  async function rounds() {
    while (again && !stopping) {
      again = false;
      const { maxConcurrent } = await settings();
      while (!stopping) {
        const row = await store.claim(me, now(), now() + LEASE_MS, maxConcurrent);
        if (!row) break;
        // Its lease ended while it was ours, or the clock leapt: the one under way must end first.
        await halt(row.id);
        begin(row);
      }
    }
  }

  function begin(row: TaskRow) {
    const { size, downloaded, uploaded, filename, phase } = row;
    const one: Running = {
      row,
      live: { size, downloaded, uploaded, speed: null, connections: 0, filename, phase },
      state: readJson(row.state),
      begun: now(),
      abort: new AbortController(),
      done: Promise.resolve(),
    };
    // Somebody asked for it anew: what earlier attempts used up no longer counts.
    if (row.attempts <= 1) Object.assign(one.state, { requests: 0, best: 0, failures: 0, kept: 0 });
    running.set(row.id, one);
    one.done = attend(one)
      // The lease ends by time, and it is taken up again.
      .catch((error) => log.warn({ err: error, task: row.id }, "tasks: where it stands could not be written down"))
      .finally(() => {
        if (running.get(row.id) === one) running.delete(row.id);
        void wake().catch((error) => log.warn({ err: error }, "transfer queue could not be read, retrying"));
      });
  }

  /** Works on one, with its progress measured, told and written down meanwhile. @throws what the database throws */
  async function attend(one: Running): Promise<void> {
    const { row, live, state, abort } = one;
    let leasedUntil = now() + LEASE_MS;
    // A pause or cancellation between the claim and this point found no running transfer to stop, so check again.
    if (!(await store.keep(row.id, me, leasedUntil, keptOf(one)))) return;
    tell("task.changed", one);
    let measured = { at: performance.now(), bytes: -1 };
    let lastReport = "";
    const isFetch = (kind: TaskRow["kind"]) => live.phase === "fetch" && row.kind === kind;
    const measure = setInterval(() => {
      if (isFetch("http")) live.downloaded = bytesIn(state);
      const bytes = live.downloaded + live.uploaded;
      const at = performance.now();
      const rate = ((bytes - measured.bytes) / (at - measured.at)) * 1000;
      // aria2 says how fast it is.
      if (measured.bytes >= 0 && rate >= 0 && !isFetch("torrent"))
        live.speed = Math.round(live.speed === null ? rate : live.speed * 0.8 + rate * 0.2);
      measured = { at, bytes };
      const now = `${bytes} ${live.size} ${live.phase} ${live.connections} ${live.seeders} ${live.speed}`;
      if (now === lastReport || abort.signal.aborted) return;
      lastReport = now;
      tell("task.changed", one);
    }, TELL_MS);
    const keep = setInterval(() => {
      // The database was away for so long that another process may have it.
      if (now() >= leasedUntil) return abort.abort();
      const until = now() + LEASE_MS;
      store.keep(row.id, me, until, keptOf(one)).then(
        (ours) => {
          if (ours) leasedUntil = until;
          else abort.abort();
        },
        (error) => log.warn({ err: error, task: row.id }, "tasks: progress could not be written down"),
      );
    }, KEEP_MS);
    // An earlier attempt may have left more than this one keeps.
    state.kept = Math.max(state.kept ?? 0, keptBytes(one));
    let end: { files: StoredFile[] } | { error: unknown };
    try {
      end = { files: await work({ row, live, state, signal: abort.signal }) };
    } catch (error) {
      end = { error };
    } finally {
      clearInterval(measure);
      clearInterval(keep);
    }
    if (isFetch("http")) live.downloaded = bytesIn(state);
    await conclude(one, end);
  }

  /** Bytes that another attempt goes on from. */
  const keptBytes = ({ row, live, state }: Running) =>
    row.kind === "http" && live.phase === "fetch" ? survivingBytes(state) : live.downloaded + live.uploaded;

  async function conclude(one: Running, end: { files: StoredFile[] } | { error: unknown }) {
    const { row, live, state, abort } = one;
    const waitsFor = "error" in end && end.error instanceof Waits;
    const hasProgressed = keptBytes(one) > (state.kept ?? 0);
    state.kept = Math.max(state.kept ?? 0, keptBytes(one));
    if ("error" in end && !waitsFor && !abort.signal.aborted) state.failures = (state.failures ?? 0) + 1;
    const kept = keptOf(one);
    const ours = !abort.signal.aborted && (await store.keep(row.id, me, now() + LEASE_MS, kept));
    if (!ours) {
      // The server stops: it goes on where it was, in whichever process is next.
      if (stopping && (await store.keep(row.id, me, now() + LEASE_MS, kept)))
        await store.requeue(row.id, me, now(), 0, null);
      else await store.keepPaused(row.id, kept);
      return;
    }
    if ("files" in end) {
      const { autoDeleteMs } = await settings();
      const deleteAt = autoDeleteMs > 0 && row.destination === "local" ? now() + autoDeleteMs : null;
      return settled(one, { status: "completed", error: null, files: JSON.stringify(end.files), at: now(), deleteAt });
    }
    const { error } = end;
    const message = error instanceof AppError ? error.message : "Something went wrong; the server's log says what";
    if (!(error instanceof AppError)) log.warn({ err: error, task: row.id }, "tasks: a transfer failed unexpectedly");
    const attempts = hasProgressed || waitsFor ? 1 : row.attempts;
    const isSpent = (state.failures ?? 0) >= ATTEMPTS_IN_ALL + state.kept / BYTES_PER_ATTEMPT;
    const hopeless = error instanceof Hopeless || (error instanceof AppError && error.code === "INVALID_INPUT");
    if (hopeless || isSpent || attempts >= ATTEMPTS)
      return settled(one, { status: "failed", error: message, files: row.files, at: now(), deleteAt: null });
    const wait = Math.min(RETRY_MAX_MS, deps.retryMs * (waitsFor ? WAITS : 2 ** (attempts - 1)));
    const waits = `${message}. Retrying`;
    if (!(await store.requeue(row.id, me, now() + wait, attempts, waits))) return;
    deps.wakeLater(wait + 5);
    tell("task.changed", { row: { ...row, status: "queued", error: waits, attempts }, live });
  }

  async function settled(one: Running, end: Parameters<EngineStore["settle"]>[2]) {
    const { row, live } = one;
    if (!(await store.settle(row.id, me, end))) return;
    const { status, error, at, deleteAt } = end;
    const last = { ...row, status, error, files: end.files, finished_at: at, delete_at: deleteAt };
    tell("task.changed", { row: last, live });
    tell("task.settled", { row: last, live });
  }

  /** Ends the work on it in this process, if there is any; resolves when no byte is written any more. */
  async function halt(id: string): Promise<void> {
    const one = running.get(id);
    one?.abort.abort();
    await one?.done;
  }

  return {
    wake,
    halt,
    /** Figures of one that runs here. */
    live: (id: string): Live | undefined => running.get(id)?.live,
    /** Ids of those at work here. */
    working: (): string[] => [...running.keys()],
    /** Ends all work; what was under way goes on in the next process. */
    async stop(): Promise<void> {
      stopping = true;
      await waking?.catch(() => {});
      await Promise.all([...running.keys()].map(halt));
    },
    start(): void {
      stopping = false;
    },
  };
}
