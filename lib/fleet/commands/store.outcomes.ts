/** Writing down how commands end, and how far they have got. */

import { iso } from "@/lib/core/clock";
import { ingest, type Sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { Command } from "./contract";
import { COLUMNS, type CommandRow, perBot, toCommand } from "./store.rows";

/**
 * `reason` is set when it is not the bot that settles it; `unleased` leaves it alone while the bot is at work. `known` is how
 * the command was when it was handed out: if it still is so, nothing has to be read back.
 */
type Settle = {
  id: string;
  bot_id: string;
  status: "completed" | "failed";
  result: string;
  at: number;
  reason?: Command["reason"];
  unleased?: boolean;
  known?: Command;
};
type Progress = {
  id: string;
  bot_id: string;
  progress: number | null;
  note: string | null;
  until: number | null;
};
/** Matches a pending command of that bot; more conditions may follow. */
const SETTLE =
  "UPDATE command SET status = $3, result = $4, completed_at = $5, lease_expires_at = NULL, due_at = NULL, reason = $6 WHERE id = $1 AND bot_id = $2 AND status = 'pending'";

/** `won`: this ack settled it; otherwise `command` is what stands. */
type Settled = { won: boolean; command: Command };

/**
 * Settles a command that is as it was handed out, in one write that reads nothing: 22 columns of one row take the SQLite
 * driver longer than the write. Undefined when it is not so any more, or was not the bot's to settle.
 */
async function settleKnown(tx: Sql, { known, ...job }: Settle): Promise<Command | undefined> {
  if (!known || job.unleased || known.progress !== null || known.progress_note !== null) return undefined;
  // Whatever else may change before a command is settled changes with its attempts.
  const changed = await tx.run(`${SETTLE} AND attempts = $7 AND progress IS NULL AND progress_note IS NULL`, [
    job.id,
    job.bot_id,
    job.status,
    job.result,
    job.at,
    job.reason ?? null,
    known.attempts,
  ]);
  if (changed === 0) return undefined;
  return {
    ...known,
    status: job.status,
    result: readJson(job.result),
    completed_at: iso(job.at),
    lease_expires_at: null,
    reason: job.reason ?? null,
  };
}

/** Returns the command's state after a statement that either changed it and returned its `row`, or did not. */
async function standing(tx: Sql, job: { id: string; bot_id: string }, row?: CommandRow): Promise<Settled | Error> {
  const known = row ?? (await tx.all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE id = $1`, [job.id]))[0];
  if (!known) return new AppError("NOT_FOUND", `No command ${job.id}`);
  if (known.bot_id !== job.bot_id) return new AppError("FORBIDDEN", "This command belongs to another bot");
  return { won: row !== undefined, command: toCommand(known) };
}

export function createOutcomeWrites() {
  const settle = ingest.register<Settle, Settled>("command.settle", async (tx, jobs) => {
    const results: (Settled | Error)[] = [];
    const won: Settle[] = [];
    for (const job of jobs) {
      const settled = await settleKnown(tx, job);
      if (settled) {
        won.push(job);
        results.push({ won: true, command: settled });
        continue;
      }
      const [row] = await tx.all<CommandRow>(
        `${SETTLE}${job.unleased ? " AND (lease_expires_at IS NULL OR lease_expires_at <= $5)" : ""} RETURNING ${COLUMNS}`,
        [job.id, job.bot_id, job.status, job.result, job.at, job.reason ?? null],
      );
      if (row) won.push(job);
      results.push(await standing(tx, job, row));
    }
    for (const [botId, mine] of perBot(won)) {
      const failed = mine.filter((job) => job.status === "failed").length;
      await tx.run(
        "UPDATE bot SET pending_commands = pending_commands - $2, completed_commands = completed_commands + $3, failed_commands = failed_commands + $4 WHERE id = $1",
        [botId, mine.length, mine.length - failed, failed],
      );
    }
    return results;
  });

  const progress = ingest.register<Progress, Settled>("command.progress", async (tx, jobs) => {
    const results: (Settled | Error)[] = [];
    for (const job of jobs) {
      // The sweep may wait for the end of the lease: it comes sooner when the lease does.
      const [row] = await tx.all<CommandRow>(
        `UPDATE command SET progress = COALESCE($3, progress), progress_note = COALESCE($4, progress_note), lease_expires_at = COALESCE($5, lease_expires_at), due_at = CASE WHEN attempts >= max_attempts THEN COALESCE($5, due_at) WHEN $5 < due_at THEN $5 ELSE due_at END WHERE id = $1 AND bot_id = $2 AND status = 'pending' RETURNING ${COLUMNS}`,
        [job.id, job.bot_id, job.progress, job.note, job.until],
      );
      results.push(await standing(tx, job, row));
    }
    return results;
  });

  return { settle, progress };
}
