/** Moves leases when the clock is set, so that each still lasts as long as it was given. */
import { ingest, queriesIn, type Sql } from "@/lib/core/db";

/** `from`, `to`: the leases that end between these times (epoch ms). */
type Move = { from: number; to: number; by: number };
/** Leases that end after `beyond` shall end at `to`. */
type Bound = { beyond: number; to: number };

async function write(tx: Sql, jobs: Move[]): Promise<undefined[]> {
  for (const { from, to, by } of jobs)
    await queriesIn(tx)
      .updateTable("command")
      .set((eb) => ({
        lease_expires_at: eb("lease_expires_at", "+", by),
        due_at: eb
          .case()
          .when("due_at", "=", eb.ref("lease_expires_at"))
          .then(eb("due_at", "+", by))
          .else(eb.ref("due_at"))
          .end(),
      }))
      .where("status", "=", "pending")
      .where("lease_expires_at", ">", from)
      .where("lease_expires_at", "<=", to)
      .execute();
  return jobs.map(() => undefined);
}

async function writeEnds(tx: Sql, jobs: Bound[]): Promise<undefined[]> {
  for (const { beyond, to } of jobs)
    await queriesIn(tx)
      .updateTable("command")
      .set((eb) => ({
        lease_expires_at: to,
        due_at: eb.case().when("due_at", "<", to).then(eb.ref("due_at")).else(to).end(),
      }))
      .where("status", "=", "pending")
      .where("lease_expires_at", ">", beyond)
      .execute();
  return jobs.map(() => undefined);
}

export const createMovedLeases = () => ({
  moveLeases: ingest.register<Move, undefined>("command.lease.move", write),
  boundLeases: ingest.register<Bound, undefined>("command.lease.bound", writeEnds),
});
