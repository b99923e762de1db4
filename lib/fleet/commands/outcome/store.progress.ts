/** Stores how far a bot has got with a command. */
import { ingest, queriesIn, type Sql, sql } from "@/lib/core/db";
import { COLUMNS, type CommandRow, type Settled, settledAs } from "@/lib/fleet/commands/store.rows";

/** Null leaves a field as it is. `until` is the new end of the lease. */
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
          // The last attempt ends with its lease, so the sweep is due then. Otherwise a new lease only brings it forward.
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

/** Notes progress of a pending command; `won` is false when it is settled already. */
export const createProgress = () => ({ progress: ingest.register<Progress, Settled>("command.progress", write) });
