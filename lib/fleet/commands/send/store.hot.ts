/** Stores new commands. Written as SQL text for speed: this runs for every command that is sent (P1, P2 in bench/). */
import { ingest, insertMany, type Sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { isTraced } from "@/lib/core/tracing";
import { countQueued } from "@/lib/fleet/bots";
import type { Command } from "@/lib/fleet/commands/contract";
import { COLUMNS, type CommandRow, perBot, toCommand } from "@/lib/fleet/commands/store.rows";
import { perType } from "@/lib/fleet/commands/store.statistics";

export type NewCommand = {
  id: string;
  bot_id: string;
  owner_id: number | null;
  type: string;
  payload: string;
  created_at: number;
  created_by: number | null;
  /** Set when the command is stored already leased, to be pushed to a connected bot. */
  lease_expires_at: number | null;
  /** The process that pushes it. */
  pushed_by: string | null;
  rank: number;
  run_at: number | null;
  expires_at: number | null;
  max_attempts: number;
  idempotency_key: string | null;
  retry_of: string | null;
  shard: number | null;
  /** JSON: the request or plugin that sent it. */
  origin: string | null;
  /** The span that queues it, while traces are exported. */
  traceparent: string | undefined;
};
type Outcome = Command | Error | null;

const NEW_COLUMNS = `id text, bot_id text, owner_id int, type text, payload text, created_at bigint, created_by int, lease_expires_at bigint, pushed_by text, dispatched_at bigint, attempts int, status text, rank int, run_at bigint, expires_at bigint, due_at bigint, max_attempts int, idempotency_key text, retry_of text, shard int, origin text${isTraced ? ", traceparent text" : ""}`;
const BY_KEY = `SELECT ${COLUMNS.join(", ")} FROM command WHERE bot_id = $1 AND idempotency_key = $2`;

/**
 * Returns when the sweep must check a new command: at its start, at its expiry, or at the end of its only lease,
 * whichever is first.
 */
function dueOf(row: NewCommand): number | null {
  const times = [row.run_at, row.expires_at, row.max_attempts === 1 ? row.lease_expires_at : null];
  const set = times.filter((time) => time !== null);
  return set.length > 0 ? Math.min(...set) : null;
}

function rowOf(command: NewCommand) {
  const isLeased = command.lease_expires_at !== null;
  // List the fields one by one: spreading `command` takes V8 longer than binding all of them.
  return {
    id: command.id,
    bot_id: command.bot_id,
    owner_id: command.owner_id,
    type: command.type,
    payload: command.payload,
    created_at: command.created_at,
    created_by: command.created_by,
    lease_expires_at: command.lease_expires_at,
    pushed_by: command.pushed_by,
    dispatched_at: isLeased ? command.created_at : null,
    attempts: isLeased ? 1 : 0,
    status: "pending",
    rank: command.rank,
    run_at: command.run_at,
    expires_at: command.expires_at,
    due_at: dueOf(command),
    max_attempts: command.max_attempts,
    idempotency_key: command.idempotency_key,
    retry_of: command.retry_of,
    shard: command.shard,
    origin: command.origin,
    traceparent: command.traceparent,
  };
}

const keyOf = ({ bot_id, idempotency_key }: NewCommand) =>
  idempotency_key === null ? undefined : `${bot_id}\n${idempotency_key}`;

/** Reads the commands already queued under the keys of `commands`, by bot and key. */
async function known(tx: Sql, commands: NewCommand[]): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const command of commands) {
    const key = keyOf(command);
    if (key === undefined) continue;
    const [row] = await tx.all<CommandRow>(BY_KEY, [command.bot_id, command.idempotency_key]);
    if (row) found.set(key, toCommand(row));
  }
  return found;
}

/**
 * Separates commands that were queued before under their key from new ones; the new ones, `fresh`, have null as their
 * outcome.
 */
async function sorted(tx: Sql, commands: NewCommand[]): Promise<{ outcomes: Outcome[]; fresh: NewCommand[] }> {
  const before = await known(tx, commands);
  const fresh: NewCommand[] = [];
  const keys = new Set<string>();
  const outcomes = commands.map((command) => {
    const key = keyOf(command);
    // The key occurs twice in one flush. The error makes the caller write the later command alone, which then finds the
    // first.
    if (key !== undefined && keys.has(key)) return new Error("queued twice under one key");
    const queued = key === undefined ? undefined : before.get(key);
    if (queued) return queued;
    if (key !== undefined) keys.add(key);
    fresh.push(command);
    return null;
  });
  return { outcomes, fresh };
}

const COUNT_TYPE =
  "INSERT INTO command_type (bot_id, type, sent) VALUES ($1, $2, $3) ON CONFLICT (bot_id, type) DO UPDATE SET sent = command_type.sent + excluded.sent";
const COUNT_TYPES =
  "INSERT INTO command_type (bot_id, type, sent) SELECT bot_id, type, sent FROM json_to_recordset($1::json) AS x(bot_id text, type text, sent int) ON CONFLICT (bot_id, type) DO UPDATE SET sent = command_type.sent + excluded.sent";

/** Counts new commands by type. */
async function countTypes(tx: Sql, commands: NewCommand[]): Promise<void> {
  const counts = perType(commands);
  if (tx.provider === "postgresql") await tx.run(COUNT_TYPES, [JSON.stringify(counts)]);
  else for (const { bot_id, type, sent } of counts) await tx.run(COUNT_TYPE, [bot_id, type, sent]);
}

async function write(tx: Sql, commands: NewCommand[]): Promise<Outcome[]> {
  const hasKeys = commands.some((command) => command.idempotency_key !== null);
  const { outcomes, fresh } = hasKeys
    ? await sorted(tx, commands)
    : { outcomes: commands.map(() => null), fresh: commands };
  const gone = new Set<string>();
  for (const [botId, queued] of perBot(fresh)) {
    const team = queued[0]!.owner_id;
    const isOfOne = queued.length === 1 || queued.every(({ owner_id }) => owner_id === team);
    if (!(isOfOne && (await countQueued(tx, botId, queued.length, team)))) gone.add(botId);
  }
  const rows = gone.size > 0 ? fresh.filter((command) => !gone.has(command.bot_id)) : fresh;
  if (rows.length > 0) {
    await insertMany(tx, "command", NEW_COLUMNS, rows.map(rowOf));
    await countTypes(tx, rows);
  }
  if (gone.size === 0) return outcomes;
  return outcomes.map((outcome, index) => {
    const { bot_id } = commands[index]!;
    return outcome === null && gone.has(bot_id) ? new AppError("NOT_FOUND", `No bot ${bot_id}`) : outcome;
  });
}

export function createEnqueue() {
  const enqueue = ingest.register<NewCommand, Command | null>("command.enqueue", write);
  return {
    /** Returns null when the command was queued, or the earlier command when its idempotency key was used before. */
    async enqueue(command: NewCommand): Promise<Command | null> {
      try {
        return await enqueue(command);
      } catch (error) {
        if (command.idempotency_key !== null && !(error instanceof AppError)) return enqueue(command);
        throw error;
      }
    },
  };
}
