/** Time that a test moves, for background jobs (lib/core/jobs). */
import { createJobs, type Leases } from "@/lib/core/jobs";

/** Lets promises that can settle do so: a job's run is a chain of a few. */
const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

/** A promise that the test resolves. */
export function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export function aScheduler(at = 0) {
  const timers = new Set<{ at: number; run: () => void }>();
  const scheduler = {
    now: () => at,
    after(ms: number, run: () => void) {
      const timer = { at: at + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    /** No jitter. */
    random: () => 0.5,
  };
  return {
    scheduler,
    /** Moves on by `ms`, calling what becomes due on the way at its own time. */
    async advance(ms: number): Promise<void> {
      const end = at + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        at = Math.max(at, next.at);
        next.run();
        await settle();
      }
      at = end;
    },
    /** How many timers wait. */
    waiting: () => timers.size,
  };
}

/** Leases in memory, as the database keeps them; `fail` makes every call of them throw. */
export function someLeases() {
  const rows = new Map<string, { holder: string; until: number }>();
  const state = { fail: false };
  const reach = () => {
    if (state.fail) throw new Error("the database is away");
  };
  const leases: Leases = {
    async take(name, holder, at, until) {
      reach();
      const held = rows.get(name);
      if (held && held.holder !== holder && held.until > at) return undefined;
      rows.set(name, { holder, until });
      return { awayMs: held ? Math.max(0, at - held.until) : 0 };
    },
    async renew(holder, names, until) {
      reach();
      const own = names.filter((name) => rows.get(name)?.holder === holder);
      for (const name of own) rows.set(name, { holder, until });
      return own;
    },
    async release(holder, names, at) {
      reach();
      for (const name of names) if (rows.get(name)?.holder === holder) rows.set(name, { holder, until: at });
    },
  };
  return { leases, rows, state };
}

type Options = { clock?: ReturnType<typeof aScheduler>; leases?: Leases; holder?: string; isStrict?: boolean };

/**
 * Jobs of one process on a test's clock; pass the same leases and clock for another process beside it. `isStrict` lets the
 * first failure of a job fail the test, through the promise that the test awaits.
 */
export function someJobs({ clock = aScheduler(), leases = someLeases().leases, holder = "a", isStrict }: Options = {}) {
  const log: { message: string; fields: Record<string, unknown> }[] = [];
  const write = (fields: object, message: string) => void log.push({ message, fields: { ...fields } });
  const warn = (fields: { err?: unknown }, message: string) => {
    if (isStrict) throw fields.err;
    write(fields, message);
  };
  const jobs = createJobs({ scheduler: clock.scheduler, log: { info: write, warn }, leases, holder });
  const state = (name: string) => jobs.list().find((job) => job.name === name)!;
  return { ...jobs, ...clock, log, state };
}
