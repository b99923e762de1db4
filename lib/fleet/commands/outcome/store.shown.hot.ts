/**
 * Document 004's view of a bot's queue, which `clear` completes. Written as SQL text for speed: bots of 004 poll with
 * it (P5 in bench/).
 */
import { db, type Sql, takeTurn } from "@/lib/core/db";
import { clearShownSeq, readShownSeq, writeShownSeq } from "@/lib/fleet/bots";
import type { Command } from "@/lib/fleet/commands/contract";
import { COLUMNS, type CommandRow, toCommand } from "@/lib/fleet/commands/store.rows";

/** Matches pending commands whose start time has come, whether or not the bot already has them ($1 the bot, $2 now). */
const VISIBLE =
  "bot_id = $1 AND status = 'pending' AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2)";
const SHOW = `SELECT ${COLUMNS.join(", ")} FROM command WHERE ${VISIBLE} ORDER BY rank, seq LIMIT $3`;
const ALL = `SELECT id FROM command WHERE ${VISIBLE} ORDER BY seq`;
const SHOWN = `SELECT id FROM command WHERE ${VISIBLE} AND seq <= $3 AND dispatched_at IS NOT NULL ORDER BY seq`;

const last = (rows: CommandRow[]) => rows.reduce((most, row) => Math.max(most, row.seq), 0);

/**
 * Reads the queue, counts commands shown for the first time as handed out, and stores the seq of the last one shown.
 */
async function showCounted(tx: Sql, botId: string, at: number, limit: number): Promise<CommandRow[]> {
  const rows = await tx.all<CommandRow>(SHOW, [botId, at, limit]);
  for (const row of rows) {
    if (row.dispatched_at !== null) continue;
    row.dispatched_at = at;
    row.attempts += 1;
    await tx.run("UPDATE command SET dispatched_at = $2, attempts = attempts + 1 WHERE seq = $1", [row.seq, at]);
  }
  await writeShownSeq(tx, botId, last(rows));
  return rows;
}

export function createShown() {
  return {
    /**
     * Lists a bot's queue as document 004's GET shows it: every pending command whose start time has come, leased or
     * not, in the queue's order. `counts` is true when the bot itself reads; its next `clear` then completes the
     * commands it was shown. A command shown for the first time counts as handed out. Nothing is written when all were
     * shown before.
     */
    async show(botId: string, at: number, limit: number, counts: boolean): Promise<Command[]> {
      const seen = await db().all<CommandRow>(SHOW, [botId, at, limit]);
      const isNew = counts && seen.some((row) => row.dispatched_at === null);
      if (!counts || (!isNew && (await readShownSeq(db(), botId)) === last(seen))) return seen.map(toCommand);
      return db().write(async (tx) => {
        // Take the turn, so that no command is settled or leased before the commit: a settled command would change once
        // more.
        await takeTurn(tx);
        return (await showCounted(tx, botId, at, limit)).map(toCommand);
      });
    },

    /**
     * Ids of the pending commands that 004's `clear` completes now; `upTo` is the marker of the last GET, null without
     * one.
     */
    async shown(botId: string, at: number): Promise<{ ids: string[]; upTo: number | null }> {
      const upTo = await readShownSeq(db(), botId);
      const rows = await (upTo === null
        ? db().all<{ id: string }>(ALL, [botId, at])
        : db().all<{ id: string }>(SHOWN, [botId, at, upTo]));
      return { ids: rows.map((row) => row.id), upTo };
    },

    /** Clears the marker of a GET that was cleared; a newer marker stays. */
    forgetShown: (botId: string, upTo: number): Promise<void> => clearShownSeq(db(), botId, upTo),
  };
}
