/**
 * Changes bots' counters in group commits of other rooms. Written as SQL text for speed: each command costs two of
 * these statements (P2 in bench/), and each log one (P3, P4).
 */
import type { Row, Sql } from "@/lib/core/db";
import { DELETING } from "./store.rows";

/** Counters in the row of a bot: of its commands by outcome, of its logs by level, of its messages. */
export type Counter = Extract<keyof Row<"bot">, `${string}_commands` | `${string}_logs` | "total_messages">;

/**
 * Makes the write that raises `counters` of several bots. It returns the owners of these bots; a bot that is gone or being
 * deleted is not among them.
 */
export function createCounterRaise<C extends Counter>(counters: readonly C[]) {
  const raised = counters.map((counter) => `${counter} = bot.${counter} + x.${counter}`).join(", ");
  const statement = (bots: string) =>
    `UPDATE bot SET ${raised} FROM ${bots} WHERE bot.id = x.id AND bot.status <> '${DELETING}' RETURNING bot.id, bot.owner_id`;
  const fields = ["id", ...counters].map((name) => `value->>'${name}' AS ${name}`).join(", ");
  const columns = ["id text", ...counters.map((name) => `${name} int`)].join(", ");
  const texts = {
    sqlite: statement(`(SELECT ${fields} FROM json_each($1)) AS x`),
    postgresql: statement(`json_to_recordset($1::json) AS x(${columns})`),
  };
  return async (
    tx: Sql,
    bots: readonly ({ id: string } & Record<C, number>)[],
  ): Promise<Map<string, number | null>> => {
    const rows = await tx.all<{ id: string; owner_id: number | null }>(texts[tx.provider], [JSON.stringify(bots)]);
    return new Map(rows.map((row) => [row.id, row.owner_id]));
  };
}

const COUNT_QUEUED = `UPDATE bot SET total_commands = total_commands + $2, pending_commands = pending_commands + $2 WHERE id = $1 AND status <> '${DELETING}'`;

/**
 * Raises the counters for commands that are being queued. The bot must still belong to the team that the commands name: a
 * move is not known in every process at the same moment.
 *
 * @returns false when the bot is gone or elsewhere; the commands must then not be stored
 */
export async function countQueued(tx: Sql, botId: string, commands: number, team: number | null): Promise<boolean> {
  const changed =
    team === null
      ? await tx.run(`${COUNT_QUEUED} AND owner_id IS NULL`, [botId, commands])
      : await tx.run(`${COUNT_QUEUED} AND owner_id = $3`, [botId, commands, team]);
  return changed > 0;
}

/**
 * Moves commands that are being settled from the pending counter to their outcome's counter. `cancelled` are those of
 * `failed` that a person cancelled; they are rare, so only then does it take a second statement.
 */
export async function countSettled(
  tx: Sql,
  botId: string,
  { completed, failed, cancelled }: { completed: number; failed: number; cancelled: number },
): Promise<void> {
  await tx.run(
    "UPDATE bot SET pending_commands = pending_commands - $2, completed_commands = completed_commands + $3, failed_commands = failed_commands + $4 WHERE id = $1",
    [botId, completed + failed, completed, failed],
  );
  if (cancelled > 0)
    await tx.run("UPDATE bot SET cancelled_commands = cancelled_commands + $2 WHERE id = $1", [botId, cancelled]);
}
