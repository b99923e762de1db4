/** Background work of transfers. Every process runs it; each change is guarded in the database. */
import type { bus, Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { folders, removeFolder } from "./disk";
import { taskOf } from "./rows";
import type { Runner } from "./runner";
import type { EngineStore } from "./store.engine";
import type { Torrents } from "./torrent/download";

const LOOK_MS = 2_000;
const TIDY_MS = 60_000;
const SWEEP_MS = 3_600_000;

type Deps = {
  engine: EngineStore;
  runner: Runner;
  torrents: Pick<Torrents, "sweep">;
  downloadDir: () => Promise<string>;
  emit: Emit;
  now: Clock;
  alone: boolean;
  bus: Pick<typeof bus, "on">;
  log: { warn(about: object, text: string): void };
};

export function createTaskJobs({ engine, runner, torrents, downloadDir, emit, now, alone, bus, log }: Deps) {
  let timers: NodeJS.Timeout[] = [];
  let end: (() => void) | undefined;

  /** Deletes the files of completed ones when their time has come. */
  async function expire(): Promise<void> {
    for (;;) {
      const rows = await engine.expired(now());
      for (const row of rows) {
        await removeFolder(row.dir, row.id).catch((error) =>
          log.warn({ err: error, task: row.id }, "tasks: files stay until what is left over is removed"),
        );
        emit("task.changed", { task: taskOf({ ...row, files: "[]", delete_at: null }), owner_id: row.owner_id });
      }
      if (rows.length < 50) return;
    }
  }

  /** Removes folders nobody's transfer needs any more: of accounts that are gone, of a process that ended half-way. */
  async function sweep(): Promise<void> {
    const dir = await downloadDir();
    await torrents.sweep(dir, engine.known);
    for await (const some of folders(dir)) {
      const known = await engine.known(some);
      const working = new Set(runner.working());
      for (const id of some) if (!known.has(id) && !working.has(id)) await removeFolder(dir, id);
    }
  }

  const tried = (work: () => Promise<void>, what: string) => () =>
    void work().catch((error) => log.warn({ err: error }, `tasks: ${what} failed; it is tried again`));

  return {
    expire,
    sweep,
    async start(): Promise<void> {
      if (alone) await engine.endLeases(now());
      runner.start();
      const look = tried(runner.wake, "reading the queue");
      const tidy = tried(expire, "deleting what is old");
      const clean = tried(sweep, "removing what is left over");
      timers = [setInterval(look, LOOK_MS), setInterval(tidy, TIDY_MS), setInterval(clean, SWEEP_MS)];
      for (const timer of timers) timer.unref();
      for (const first of [look, tidy, clean]) first();
      // Paused or cancelled in another process: work on it here ends at once, not when its lease is next renewed.
      end = bus.on("task.changed", ({ task }, { remote }) => {
        if (remote && task.status !== "active" && task.status !== "queued") void runner.halt(task.id);
      });
    },
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      timers = [];
      end?.();
      await runner.stop();
    },
  };
}
