/**
 * The engine: starts queued transfers while there is room, and works on them until they settle. Any number of processes
 * may run one. The lease in the database says which process works on a transfer, and is lost when somebody pauses,
 * cancels or deletes it.
 */

import type { Live, TaskRow } from "@/lib/operations/transfers/rows";
import { createWork } from "@/lib/operations/transfers/work";
import { createAttempt } from "./attempt";
import { LEASE_MS, newRunning, type RunnerDeps, type Running } from "./running";

export type Runner = ReturnType<typeof createRunner>;

export function createRunner(deps: RunnerDeps) {
  const { store, now, me, settings, log } = deps;
  const running = new Map<string, Running>();
  // aria2 needs a fixed limit per torrent, so each transfer gets an equal share; a share that is not used is lost.
  const torrentLimit = () => (deps.bytesPerS > 0 ? Math.max(1, Math.floor(deps.bytesPerS / running.size)) : 0);
  let stopping = false;
  const attempt = createAttempt(deps, createWork({ ...deps, torrentLimit }), () => stopping);
  let waking: Promise<void> | undefined;
  let again = false;

  /** Starts as many queued transfers as there is room for. A call during another call makes that one look again. */
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
        // This process may still work on the transfer: its lease ended, or the clock jumped. That work must end first.
        await halt(row.id);
        begin(row);
      }
    }
  }

  function begin(row: TaskRow) {
    const task = newRunning(row, now());
    running.set(row.id, task);
    task.done = attempt(task)
      // Nothing else to do: the lease ends by time, and the transfer is then started again.
      .catch((error) => log.warn({ err: error, task: row.id }, "tasks: where it stands could not be written down"))
      .finally(() => {
        if (running.get(row.id) === task) running.delete(row.id);
        void wake().catch((error) => log.warn({ err: error }, "transfer queue could not be read, retrying"));
      });
  }

  /** Ends this process's work on a transfer, if there is any. Resolves when no more bytes are written. */
  async function halt(id: string): Promise<void> {
    const one = running.get(id);
    one?.abort.abort();
    await one?.done;
  }

  return {
    wake,
    halt,
    /** Returns the present progress of a transfer that runs in this process. */
    live: (id: string): Live | undefined => running.get(id)?.live,
    /** Lists the ids of the transfers that run in this process. */
    working: (): string[] => [...running.keys()],
    /** Ends all work. Another process, or the next start, continues it. */
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
