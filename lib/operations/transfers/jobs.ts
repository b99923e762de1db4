/**
 * Background work of transfers. Every process starts queued transfers (runner.ts), and one process at a time removes
 * leftovers. Each change is guarded by a condition in the database.
 */
import type { bus, Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { background, type Jobs } from "@/lib/core/jobs";
import { folders, removeFolder } from "./disk";
import { taskOf } from "./rows";
import type { Runner } from "./runner/runner";
import type { CleanupStore } from "./store.cleanup";
import type { Torrents } from "./torrent/download";

const LOOK_MS = 2_000;
const TIDY_MS = 60_000;
const SWEEP_MS = 3_600_000;

type Deps = {
  store: CleanupStore;
  runner: Runner;
  torrents: Pick<Torrents, "sweep">;
  downloadDir: () => Promise<string>;
  emit: Emit;
  now: Clock;
  log: { warn(about: object, text: string): void };
};

export function createTaskJobs({ store, runner, torrents, downloadDir, emit, now, log }: Deps) {
  /** Deletes the files of completed transfers when their time is over. */
  async function expire(): Promise<void> {
    for (;;) {
      const rows = await store.expired(now());
      for (const row of rows) {
        await removeFolder(row.dir, row.id).catch((error) =>
          log.warn({ err: error, task: row.id }, "tasks: files stay until what is left over is removed"),
        );
        emit("task.changed", { task: taskOf({ ...row, files: "[]", delete_at: null }), owner_id: row.owner_id });
      }
      if (rows.length < 50) return;
    }
  }

  /** Removes folders that no transfer needs: those of deleted accounts, and leftovers of a process that died. */
  async function sweep(): Promise<void> {
    const dir = await downloadDir();
    await torrents.sweep(dir, store.known);
    for await (const some of folders(dir)) {
      const known = await store.known(some);
      const working = new Set(runner.working());
      for (const id of some) if (!known.has(id) && !working.has(id)) await removeFolder(dir, id);
    }
  }

  return { expire, sweep };
}

type Around = Pick<Deps, "store" | "runner" | "now"> & {
  jobs: Pick<Jobs, "every">;
  bus: Pick<typeof bus, "on">;
  work: ReturnType<typeof createTaskJobs>;
  /** True when this is the only process: every lease found at the start then belongs to a process that ended. */
  isAlone: boolean;
};

/** Registers the background jobs with the process. `claim` looks for queued transfers. */
export function scheduleTransferJobs({ jobs, bus, work, store, runner, now, isAlone }: Around) {
  const claim = jobs.every({ name: "transfers.claim", interval: LOOK_MS, first: 0, run: runner.wake });
  const expire = jobs.every({
    ...{ name: "transfers.expire", interval: TIDY_MS, first: 0, isLed: true },
    run: work.expire,
  });
  const sweep = jobs.every({
    ...{ name: "transfers.sweep", interval: SWEEP_MS, first: 0, isLed: true },
    run: work.sweep,
  });
  let end = () => {};
  const service = background([claim, expire, sweep], {
    async start() {
      if (isAlone) await store.endLeases(now());
      runner.start();
      // The transfer was paused or cancelled in another process: stop working on it now instead of at the next renewal
      // of the lease.
      end = bus.on("task.changed", ({ task }, { remote }) => {
        if (remote && task.status !== "active" && task.status !== "queued") void runner.halt(task.id);
      });
    },
    async stop() {
      end();
      await runner.stop();
    },
  });
  return { claim, service };
}
