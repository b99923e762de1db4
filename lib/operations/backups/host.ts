/**
 * Stops serving requests and running background jobs in all processes while the database is replaced.
 *
 * Processes. The restoring process announces maintenance every few seconds and waits until the others have paused. If
 * it dies, the others resume by themselves. A process that cannot be reached (Redis is down) keeps running: the tables
 * are replaced in one transaction, so that it sees either the old or the new ones.
 */
import type { bus, Emit } from "@/lib/core/bus";
import { clearCaches } from "@/lib/core/caches";
import { logger } from "@/lib/core/log/logger";
import { maintenance } from "@/lib/core/maintenance";

type Deps = {
  bus: Pick<typeof bus, "on" | "others">;
  emit: Emit;
  /** The rooms' background jobs. */
  jobs: { pauseJobs(): Promise<void>; resumeJobs(): Promise<void> };
};

/** Requests that were accepted before maintenance began have ended after this time. */
const SETTLE_MS = 300;
const REPEAT_MS = 2_000;
/** If maintenance is not announced again for this long, the restoring process has died. */
const LAPSE_MS = 15_000;
/** The longest that a restore waits for the other processes to pause. */
const PATIENCE_MS = 10_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function createHost({ bus, emit, jobs }: Deps) {
  const resting = new Set<string>();
  let repeat: NodeJS.Timeout | undefined;
  let lapse: NodeJS.Timeout | undefined;
  let following = false;
  let lastStep = Promise.resolve();

  async function rest() {
    await sleep(SETTLE_MS);
    await jobs.pauseJobs();
  }

  /** Pauses or resumes this process when another process begins or ends a restore. */
  function follow(on: boolean) {
    clearTimeout(lapse);
    if (on) lapse = setTimeout(() => end(), LAPSE_MS).unref();
    if (on === following) {
      // The announcement was repeated: the restoring process may have missed this process's answer, so send it again.
      if (on) void lastStep.then(() => following && emit("backup.resting", {}));
      return;
    }
    following = on;
    const step = on ? () => rest().then(() => emit("backup.resting", {})) : () => jobs.resumeJobs();
    lastStep = lastStep
      .then(step)
      .catch((error) => logger.error({ err: error }, "a restore of another process: not followed"));
  }
  function end() {
    logger.warn("the process that restored a backup is gone: this one goes on");
    maintenance.on = false;
    clearCaches();
    follow(false);
  }

  bus.on("backup.maintenance", ({ on }, { remote }) => {
    maintenance.on = on;
    if (!on) clearCaches();
    if (remote) follow(on);
  });
  bus.on("backup.resting", (_, { from }) => void (from && resting.add(from)));

  return {
    async pause(): Promise<void> {
      resting.clear();
      const tell = () => emit("backup.maintenance", { on: true });
      tell();
      repeat = setInterval(tell, REPEAT_MS).unref();
      await rest();
      for (const until = Date.now() + PATIENCE_MS; resting.size < bus.others() && Date.now() < until; ) await sleep(50);
    },
    async resume(restored: boolean): Promise<void> {
      clearInterval(repeat);
      if (restored) clearCaches();
      try {
        await jobs.resumeJobs();
      } finally {
        emit("backup.maintenance", { on: false });
      }
    },
  };
}
