/** Stores how commands end. Written as SQL text for speed: this runs for every ack (P1, P2 in bench/). */
import { iso } from "@/lib/core/clock";
import { ingest, type Sql } from "@/lib/core/db";
import { countSettled } from "@/lib/fleet/bots";
import type { Command } from "@/lib/fleet/commands/contract";
import { COLUMNS, type CommandRow, perBot, type Settled, settledAs } from "@/lib/fleet/commands/store.rows";
import { noteOutcomes } from "./store.facts";

/**
 * `reason` is set when somebody other than the bot settles the command; `unleased` leaves it alone while the bot holds
 * a lease. `known` is the command as it was handed out, with its `result` as a value: if it is unchanged, nothing has to be
 * read back.
 */
type Settle = {
  id: string;
  bot_id: string;
  status: "completed" | "failed";
  result: string;
  at: number;
  reason?: Command["reason"];
  unleased?: boolean;
  known?: { command: Command; result: Command["result"] };
};

/** Matches a pending command of that bot. Further conditions may be appended. */
const SETTLE =
  "UPDATE command SET status = $3, result = $4, completed_at = $5, lease_expires_at = NULL, due_at = NULL, reason = $6 WHERE id = $1 AND bot_id = $2 AND status = 'pending'";
/**
 * Matches a command that is unchanged since it was handed out: every other change before settling also raises
 * `attempts`.
 */
const SETTLE_KNOWN = `${SETTLE} AND attempts = $7 AND progress IS NULL AND progress_note IS NULL`;
const RETURNING = ` RETURNING ${COLUMNS.join(", ")}`;
const SETTLE_ANY = `${SETTLE}${RETURNING}`;
const SETTLE_UNLEASED = `${SETTLE} AND (lease_expires_at IS NULL OR lease_expires_at <= $5)${RETURNING}`;
const BY_ID = `SELECT ${COLUMNS.join(", ")} FROM command WHERE id = $1`;

/**
 * Settles a command that is unchanged since it was handed out, with one write that reads nothing back: the SQLite
 * driver takes longer to read 22 columns than to write. Undefined when the command has changed, or was not the bot's to
 * settle.
 */
async function settleKnown(tx: Sql, job: Settle): Promise<Command | undefined> {
  if (!job.known || job.unleased) return undefined;
  const { command, result } = job.known;
  if (command.progress !== null || command.progress_note !== null) return undefined;
  const reason = job.reason ?? null;
  const params = [job.id, job.bot_id, job.status, job.result, job.at, reason, command.attempts];
  if ((await tx.run(SETTLE_KNOWN, params)) === 0) return undefined;
  return { ...command, status: job.status, result, completed_at: iso(job.at), lease_expires_at: null, reason };
}

async function write(tx: Sql, jobs: Settle[]): Promise<(Settled | Error)[]> {
  const results: (Settled | Error)[] = [];
  const won: Settle[] = [];
  for (const job of jobs) {
    const settled = await settleKnown(tx, job);
    if (settled) {
      won.push(job);
      results.push({ won: true, command: settled });
      continue;
    }
    const [row] = await tx.all<CommandRow>(job.unleased ? SETTLE_UNLEASED : SETTLE_ANY, [
      ...[job.id, job.bot_id, job.status, job.result, job.at, job.reason ?? null],
    ]);
    if (row) won.push(job);
    results.push(settledAs(job, row, row ?? (await tx.all<CommandRow>(BY_ID, [job.id]))[0]));
  }
  for (const [botId, settled] of perBot(won)) {
    const failed = settled.filter((job) => job.status === "failed").length;
    const cancelled = settled.filter((job) => job.reason === "cancelled").length;
    await countSettled(tx, botId, { completed: settled.length - failed, failed, cancelled });
  }
  await noteOutcomes(
    tx,
    results.flatMap((result) => (result instanceof Error || !result.won ? [] : result.command)),
  );
  return results;
}

/** The first write to settle a command wins, in the order of the transactions. */
export const createSettling = () => ({ settle: ingest.register<Settle, Settled>("command.settle", write) });
