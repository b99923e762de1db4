/** A command's row, and the command as clients see it. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { isTraced } from "@/lib/core/tracing";
import type { Command } from "./contract";

export type CommandRow = Omit<
  Row<"command">,
  "due_at" | "idempotency_key" | "origin" | "pushed_by" | "status" | "reason" | "traceparent"
> &
  Pick<Command, "status" | "reason"> & { traceparent?: string | null };

/** Every column of a CommandRow. The type check fails if one is missing. The span is read only where traces are exported. */
export const COLUMNS = Object.keys({
  seq: 1,
  id: 1,
  bot_id: 1,
  owner_id: 1,
  type: 1,
  payload: 1,
  status: 1,
  result: 1,
  created_at: 1,
  completed_at: 1,
  dispatched_at: 1,
  lease_expires_at: 1,
  attempts: 1,
  created_by: 1,
  rank: 1,
  run_at: 1,
  expires_at: 1,
  max_attempts: 1,
  reason: 1,
  progress: 1,
  progress_note: 1,
  retry_of: 1,
  shard: 1,
  ...(isTraced && { traceparent: 1 }),
} satisfies Record<Exclude<keyof CommandRow, "traceparent">, 1>) as (keyof CommandRow)[];

/** A row for people, who may learn where the command was sent from. Polls do not read that. */
export type SentRow = CommandRow & Pick<Row<"command">, "origin">;

/** A command, and where it was sent from. */
export type Sent = { command: Command; origin: string | null };

export const toSent = (row: SentRow): Sent => ({ command: toCommand(row), origin: row.origin });

export function toCommand(row: CommandRow): Command {
  const command = commandOf(row);
  if (row.traceparent) command.traceparent = row.traceparent;
  return command;
}

const commandOf = (row: CommandRow): Command => ({
  id: row.id,
  bot_id: row.bot_id,
  type: row.type,
  payload: readJson(row.payload),
  status: row.status,
  result: row.result === null ? null : readJson(row.result),
  created_at: iso(row.created_at),
  completed_at: isoOrNull(row.completed_at),
  dispatched_at: isoOrNull(row.dispatched_at),
  attempts: row.attempts,
  lease_expires_at: isoOrNull(row.lease_expires_at),
  created_by: row.created_by,
  priority: 0 - row.rank,
  run_at: isoOrNull(row.run_at),
  expires_at: isoOrNull(row.expires_at),
  max_attempts: row.max_attempts,
  reason: row.reason,
  progress: row.progress,
  progress_note: row.progress_note,
  retry_of: row.retry_of,
  shard: row.shard,
});

/** Groups rows by bot, sorted by bot id: two processes that update the same bots in the same order cannot deadlock. */
export function perBot<T extends { bot_id: string }>(rows: T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.bot_id);
    if (group) group.push(row);
    else groups.set(row.bot_id, [row]);
  }
  return groups.size === 1 ? [...groups] : [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `won`: this write changed the command; otherwise `command` is the stored one. */
export type Settled = { won: boolean; command: Command };

/**
 * Returns the outcome of a write on a bot's command: `changed` is the row if the write changed it, `stored` the row as it
 * is now. Returns an error when the command does not exist or belongs to another bot.
 */
export function settledAs(
  { id, bot_id }: { id: string; bot_id: string },
  changed: CommandRow | undefined,
  stored: CommandRow | undefined,
): Settled | Error {
  if (!stored) return new AppError("NOT_FOUND", `No command ${id}`);
  if (stored.bot_id !== bot_id) return new AppError("FORBIDDEN", "This command belongs to another bot");
  return { won: changed !== undefined, command: toCommand(stored) };
}
