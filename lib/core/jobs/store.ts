/**
 * Leases of background jobs (leader.ts): one row per job says which process runs it, and until when. Times are those of
 * the processes, whose clocks agree to about a second (docs/deploy).
 */
import { db, listed, listText } from "@/lib/core/db";
import type { Leases } from "./leader";

type Lease = { holder: string; held_until: number };

export const leases: Leases & { releaseAll(at: number): Promise<void> } = {
  // Both changes are conditional on the row that was read, so that one process wins.
  async take(name: string, holder: string, at: number, until: number): Promise<{ awayMs: number } | undefined> {
    const [held] = await db().all<Lease>("SELECT holder, held_until FROM job_lease WHERE name = $1", [name]);
    if (!held) {
      const sql = "INSERT INTO job_lease (name, holder, held_until) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
      return (await db().run(sql, [name, holder, until])) > 0 ? { awayMs: 0 } : undefined;
    }
    if (held.holder !== holder && held.held_until > at) return undefined;
    const sql = `UPDATE job_lease SET holder = $2, held_until = $3
      WHERE name = $1 AND holder = $4 AND held_until = $5`;
    const changed = await db().run(sql, [name, holder, until, held.holder, held.held_until]);
    return changed > 0 ? { awayMs: Math.max(0, at - held.held_until) } : undefined;
  },

  async renew(holder: string, names: string[], until: number): Promise<string[]> {
    return db().write(async (tx) => {
      const sql = `UPDATE job_lease SET held_until = $2 WHERE holder = $1 AND name IN (${listed(tx, 3)}) RETURNING name`;
      const rows = await tx.all<{ name: string }>(sql, [holder, until, listText(names)]);
      return rows.map(({ name }) => name);
    });
  },

  async release(holder: string, names: string[], at: number): Promise<void> {
    await db().write((tx) =>
      tx.run(`UPDATE job_lease SET held_until = $2 WHERE holder = $1 AND name IN (${listed(tx, 3)})`, [
        ...[holder, at, listText(names)],
      ]),
    );
  },

  /** Ends every lease, of whichever process. For the start of a process that is known to be the only one. */
  async releaseAll(at: number): Promise<void> {
    await db().run("UPDATE job_lease SET held_until = $1 WHERE held_until > $1", [at]);
  },
};
