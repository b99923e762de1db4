/** Finds pending commands that are due for the sweep. */
import { ingest, queriesIn, query, type Sql } from "@/lib/core/db";
import type { CommandRow } from "@/lib/fleet/commands/store.rows";

/** `later`: neither the lease nor the command's time has ended yet. */
type Verdict = "expired" | "dead" | "runnable" | "later";
export type Due = Pick<CommandRow, "id" | "bot_id" | "owner_id"> & { verdict: Verdict };
type Postpone = { id: string; at: number };

const DUE_MAX = 500;

function verdictOf(
  row: Pick<CommandRow, "lease_expires_at" | "expires_at" | "attempts" | "max_attempts">,
  at: number,
): Verdict {
  const lease = row.lease_expires_at;
  if (lease !== null && lease > at) return "later";
  if (row.expires_at !== null && row.expires_at <= at) return "expired";
  if (row.attempts < row.max_attempts) return "runnable";
  // Document 004 hands out commands without a lease, so no lease has ended here.
  return lease === null ? "later" : "dead";
}

async function write(tx: Sql, jobs: Postpone[]): Promise<undefined[]> {
  const queries = queriesIn(tx);
  for (const { id, at } of jobs)
    await queries
      .updateTable("command")
      .set((eb) => ({
        due_at: eb
          .case()
          .when("lease_expires_at", ">", at)
          .then(eb.ref("lease_expires_at"))
          .when("expires_at", ">", at)
          .then(eb.ref("expires_at"))
          .end(),
      }))
      .where("id", "=", id)
      .where("status", "=", "pending")
      .execute();
  return jobs.map(() => undefined);
}

export function createDueCommands() {
  return {
    /** Sets the time of the sweep's next check: the end of the lease, or else the expiry. */
    postpone: ingest.register<Postpone, undefined>("command.postpone", write),

    /** Pending commands that are due, each with what the sweep has to do with it. */
    async due(at: number): Promise<Due[]> {
      const rows = await query()
        .selectFrom("command")
        .select(["id", "bot_id", "owner_id", "lease_expires_at", "expires_at", "attempts", "max_attempts"])
        .where("due_at", "<=", at)
        .orderBy("due_at")
        .limit(DUE_MAX)
        .execute();
      return rows.map(({ id, bot_id, owner_id, ...row }) => ({ id, bot_id, owner_id, verdict: verdictOf(row, at) }));
    },
  };
}
