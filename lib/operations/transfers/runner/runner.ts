/**
 * The engine: takes queued transfers as there is room, and works on them until they settle. Any number of processes may
 * run one; the lease in the database says whose a transfer is, and is lost when somebody pauses, cancels or deletes it.
 */

import type { Live, TaskRow } from "@/lib/operations/transfers/rows";
import { createWork } from "@/lib/operations/transfers/work";
import { createAttempt } from "./attempt";
import { LEASE_MS, newRunning, type RunnerDeps, type Running } from "./running";

export type Runner = ReturnType<typeof createRunner>;

export function createRunner(deps: RunnerDeps) {
  const { store, now, me, settings, log } = deps;
  const running = new Map<string, Running>();
  // aria2's bandwidth is shared out beforehand; what others do not use is lost to it.
  const torrentLimit = () => (deps.bytesPerS > 0 ? Math.max(1, Math.floor(deps.bytesPerS / running.size)) : 0);
  let stopping = false;
  const attempt = createAttempt(deps, createWork({ ...deps, torrentLimit }), () => stopping);
  let waking: Promise<void> | undefined;
  let again = false;

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
    const task = newRunning(row, now());
    running.set(row.id, task);
    task.done = attempt(task)
      // The lease ends by time, and it is taken up again.
      .catch((error) => log.warn({ err: error, task: row.id }, "tasks: where it stands could not be written down"))
      .finally(() => {
        if (running.get(row.id) === task) running.delete(row.id);
        void wake().catch((error) => log.warn({ err: error }, "transfer queue could not be read, retrying"));
      });
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
