/**
 * One backup or restore at a time, over all processes that share the folder, the command line among them. A file and not
 * a row: a restore replaces the rows. It also tells what is under way.
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { Work } from "./contract";

/** Written anew this often; untouched for the longer of the two, whoever took it has died. */
const RENEW_MS = 2_000;
const STALE_MS = 60_000;
type Held = { id: string; at: number; pid: number; work: Work };

export type Lock = { report(change: Partial<Work>): void; release(): Promise<void> };

const busy = (other: Held | null) =>
  new AppError(
    "CONFLICT",
    `Only one at a time: ${other ? `a ${other.work.kind} of ${other.work.filename}` : "another"} is under way`,
    other ? { current: other.work } : undefined,
  );

export function createLock(folder: string, now: () => number) {
  const file = join(folder, ".lock");

  async function read(suffix = ""): Promise<Held | null> {
    try {
      const held = JSON.parse(await readFile(join(folder, `.lock${suffix}`), "utf8")) as Held;
      return now() - held.at < STALE_MS ? held : null;
    } catch {
      return null;
    }
  }

  /** Whether the lock was free, and is ours now. */
  const placed = (own: string): Promise<boolean> =>
    link(own, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw error;
      },
    );

  /** Takes a dead process's lock away; of two that found it stale, the later may have moved the other's new one. */
  async function clearStale(id: string): Promise<void> {
    const aside = `${file}.${id}.stale`;
    await rename(file, aside).catch(() => {});
    if (await read(`.${id}.stale`)) await link(aside, file).catch(() => {});
    await rm(aside, { force: true });
  }

  return {
    /** What is under way, in whichever process. */
    current: async (): Promise<Work | null> => (await read())?.work ?? null,

    /** @throws AppError CONFLICT while another backup or restore is under way */
    async take(work: Work, tell: (work: Work) => void): Promise<Lock> {
      const id = randomUUID();
      let held: Held = { id, at: now(), pid: process.pid, work };
      const own = `${file}.${id}`;
      try {
        // Written first and linked then: nobody finds a lock that does not say yet whose it is.
        await writeFile(own, JSON.stringify(held), { mode: 0o600, flag: "wx" });
        for (let attempt = 0; !(await placed(own)); attempt++) {
          const other = await read();
          if (other || attempt > 2) throw busy(other);
          await clearStale(id);
        }
      } finally {
        await rm(own, { force: true });
      }
      let saving: Promise<unknown> = Promise.resolve();
      const save = () => {
        held = { ...held, at: now() };
        const text = JSON.stringify(held);
        saving = saving
          .then(() => writeFile(`${file}.new`, text, { mode: 0o600 }))
          .then(() => rename(`${file}.new`, file))
          .catch(() => {});
      };
      let told = 0;
      const timer = setInterval(save, RENEW_MS);
      timer.unref();
      tell(work);
      return {
        report(change) {
          const phase = held.work.phase;
          held = { ...held, work: { ...held.work, ...change } };
          if (phase === held.work.phase && now() - told < 250) return;
          told = now();
          save();
          tell(held.work);
        },
        async release() {
          clearInterval(timer);
          await saving;
          await rm(file, { force: true });
        },
      };
    },
  };
}
export type BackupLock = ReturnType<typeof createLock>;
