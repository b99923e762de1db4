/** Stores the progress that a bot reports for a command. */
import { ingest, queriesIn, type Sql, sql } from "@/lib/core/db";
import { COLUMNS, type CommandRow, type Settled, settledAs } from "@/lib/fleet/commands/store.rows";

/** Null keeps the stored value of a field. `until` is the new end of the lease. */
type Progress = { id: string; bot_id: string; progress: number | null; note: string | null; until: number | null };

async function write(tx: Sql, jobs: Progress[]): Promise<(Settled | Error)[]> {
  const queries = queriesIn(tx);
  const results: (Settled | Error)[] = [];
  for (const { id, bot_id, progress, note, until } of jobs) {
    const row = await queries
      .updateTable("command")
      .$if(progress !== null, (command) => command.set({ progress }))
      .$if(note !== null, (command) => command.set({ progress_note: note }))
      .$if(until !== null, (command) =>
        command.set({
          lease_expires_at: until,
          // The sweep must check the last attempt when its lease ends. For earlier attempts a new lease can only move
          // the check forward in time.
          due_at: sql`case when attempts >= max_attempts or ${until} < due_at then ${until} else due_at end`,
        }),
      )
      .where("id", "=", id)
      .where("bot_id", "=", bot_id)
      .where("status", "=", "pending")
      .returning(COLUMNS)
      .$castTo<CommandRow>()
      .executeTakeFirst();
    const stored =
      row ??
      (await queries
        .selectFrom("command")
        .select(COLUMNS)
        .where("id", "=", id)
        .$castTo<CommandRow>()
        .executeTakeFirst());
    results.push(settledAs({ id, bot_id }, row, stored));
  }
  return results;
}

/** Stores progress of a pending command; `won` is false when the command is already settled. */
export const createProgress = () => ({ progress: ingest.register<Progress, Settled>("command.progress", write) });
