/**
 * Leases for jobs that must run in one process at a time. The process that holds a lease renews it; another takes over
 * when it expires. The signal of a leader that stalled for longer than its lease is aborted. Its remaining writes must
 * be guarded in the database, as a worker's items are.
 */
import type { Scheduler } from "./loop";

/** Leases in the database (store.ts); tests keep them in memory. */
export type Leases = {
  /**
   * Takes a lease that is free, has expired or belongs to the holder.
   *
   * @returns for how long nobody held it before; undefined when another holds it
   */
  take(name: string, holder: string, at: number, until: number): Promise<{ awayMs: number } | undefined>;
  /** Renews the leases that the holder still has, and returns their names. */
  renew(holder: string, names: string[], until: number): Promise<string[]>;
  /** Releases leases, so that another process can take them at once. */
  release(holder: string, names: string[], at: number): Promise<void>;
};

/** How long after a leader's death another process takes over. */
const LEASE_MS = 20_000;
/** Two renewals may fail before the lease runs out. */
export const RENEW_MS = 6_000;

type Held = { until: number; lost: AbortController };

export function createLeadership(deps: { leases: Leases; holder: string; scheduler: Pick<Scheduler, "now"> }) {
  const { leases, holder, scheduler } = deps;
  const held = new Map<string, Held>();

  function isHeld(name: string): boolean {
    return (held.get(name)?.until ?? 0) > scheduler.now();
  }

  function lose(name: string): void {
    held.get(name)?.lost.abort();
    held.delete(name);
  }

  return {
    isHeld,

    /**
     * Makes this process the leader of `name`, if no other is.
     *
     * @returns `awayMs` is there when it has just become so: for how long no process was. `lost` fires when it is no more.
     */
    async lead(name: string): Promise<{ awayMs?: number; lost: AbortSignal } | undefined> {
      const known = held.get(name);
      if (known && isHeld(name)) return { lost: known.lost.signal };
      lose(name);
      const at = scheduler.now();
      const taken = await leases.take(name, holder, at, at + LEASE_MS);
      if (!taken) return undefined;
      const lost = new AbortController();
      held.set(name, { until: at + LEASE_MS, lost });
      return { ...taken, lost: lost.signal };
    },

    /** Renews what this process leads. @throws what the database throws; the leases then run out by themselves */
    async renew(): Promise<void> {
      if (held.size === 0) return;
      const at = scheduler.now();
      const names = [...held.keys()];
      const kept = new Set(await leases.renew(holder, names, at + LEASE_MS));
      for (const name of names)
        if (kept.has(name)) held.get(name)!.until = at + LEASE_MS;
        else lose(name);
    },

    /** Releases one job's lease, so that another process can take it over at once. */
    async resign(name: string): Promise<void> {
      if (!held.has(name)) return;
      lose(name);
      await leases.release(holder, [name], scheduler.now());
    },
  };
}

export type Leadership = ReturnType<typeof createLeadership>;
