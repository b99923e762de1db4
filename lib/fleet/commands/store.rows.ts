/** A command's row, and as it is told. */

import { iso, isoOrNull } from "@/lib/core/clock";
import { readJson } from "@/lib/core/format/json";
import type { Command } from "./contract";

export type CommandRow = {
  seq: number;
  id: string;
  bot_id: string;
  owner_id: number | null;
  type: string;
  payload: string;
  status: Command["status"];
  result: string | null;
  created_at: number;
  completed_at: number | null;
  dispatched_at: number | null;
  lease_expires_at: number | null;
  attempts: number;
  created_by: number | null;
  rank: number;
  run_at: number | null;
  expires_at: number | null;
  max_attempts: number;
  reason: Command["reason"];
  progress: number | null;
  progress_note: string | null;
  retry_of: string | null;
  shard: number | null;
};

export const COLUMNS =
  "seq, id, bot_id, owner_id, type, payload, status, result, created_at, completed_at, dispatched_at, lease_expires_at, attempts, created_by, rank, run_at, expires_at, max_attempts, reason, progress, progress_note, retry_of, shard";

export const toCommand = (row: CommandRow): Command => ({
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

/** Jobs by bot, sorted by its id: two processes that update the same bots never wait in a ring. */
export function perBot<J extends { bot_id: string }>(jobs: J[]): [string, J[]][] {
  const groups = new Map<string, J[]>();
  for (const job of jobs) {
    const group = groups.get(job.bot_id);
    if (group) group.push(job);
    else groups.set(job.bot_id, [job]);
  }
  return groups.size === 1 ? [...groups] : [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
