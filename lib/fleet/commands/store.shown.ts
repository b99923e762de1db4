/** Document 004's view of a bot's queue, and the commands that its `clear` completes. */
import { db, type Sql, takeTurn } from "@/lib/core/db";
import type { Command } from "./contract";
import { COLUMNS, type CommandRow, toCommand } from "./store.rows";

/** Pending and due, whether the bot has it already or not ($1 the bot, $2 now). */
const VISIBLE =
  "bot_id = $1 AND status = 'pending' AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2)";

const shownSeq = async (sql: Sql, botId: string): Promise<number | null> =>
  (await sql.all<{ n: number | null }>("SELECT shown_seq AS n FROM bot WHERE id = $1", [botId]))[0]?.n ?? null;

export function createShown() {
  return {
    /**
     * Lists a bot's queue as document 004's GET shows it: every pending command whose time has come, leased or not, in
     * the queue's order. `counts` marks a reading by the bot itself, whose `clear` completes the commands it was shown.
     * A row shown for the first time counts as handed out; nothing is written when nothing is new.
     */
    async show(botId: string, at: number, limit: number, counts: boolean): Promise<Command[]> {
      const read = (sql: Sql) =>
        sql.all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE ${VISIBLE} ORDER BY rank, seq LIMIT $3`, [
          botId,
          at,
          limit,
        ]);
      const last = (rows: CommandRow[]) => rows.reduce((most, row) => Math.max(most, row.seq), 0);
      const seen = await read(db());
      const news = seen.some((row) => row.dispatched_at === null);
      if (!counts || (!news && (await shownSeq(db(), botId)) === last(seen))) return seen.map(toCommand);
      return db().write(async (tx) => {
        // Nothing is settled or leased from here to the commit, or a settled command would change once more.
        await takeTurn(tx);
        const rows = await read(tx);
        for (const row of rows) {
          if (row.dispatched_at !== null) continue;
          row.dispatched_at = at;
          row.attempts += 1;
          await tx.run("UPDATE command SET dispatched_at = $2, attempts = attempts + 1 WHERE seq = $1", [row.seq, at]);
        }
        await tx.run("UPDATE bot SET shown_seq = $2 WHERE id = $1", [botId, last(rows)]);
        return rows.map(toCommand);
      });
    },

    /** Ids of the pending commands that 004's `clear` completes now; `upTo`: the reading it goes by, if there was one. */
    async shown(botId: string, at: number): Promise<{ ids: string[]; upTo: number | null }> {
      const upTo = await shownSeq(db(), botId);
      const rows = await db().all<{ id: string }>(
        `SELECT id FROM command WHERE ${VISIBLE}${upTo === null ? "" : " AND seq <= $3 AND dispatched_at IS NOT NULL"} ORDER BY seq`,
        upTo === null ? [botId, at] : [botId, at, upTo],
      );
      return { ids: rows.map((row) => row.id), upTo };
    },

    /** That reading was cleared; a newer one stays. */
    forgetShown: (botId: string, upTo: number): Promise<number> =>
      db().run("UPDATE bot SET shown_seq = NULL WHERE id = $1 AND shown_seq = $2", [botId, upTo]),
  };
}
