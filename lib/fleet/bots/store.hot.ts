/**
 * Statements that run for every bot that connects, sends a heartbeat or disconnects: admission by token, the status
 * with its history, the epoch of an instance, the row that is announced, and heartbeats. Written as SQL text for speed,
 * because P6 (bench/) measures each of them.
 */

import { iso } from "@/lib/core/clock";
import { db, ingest, queriesIn, type Sql, takeTurn } from "@/lib/core/db";
import { addFacts, wantsFact } from "@/lib/core/outbox";
import { ownedBots } from "./joins";
import { type BotRow, COLUMNS_TEXT, DELETING } from "./store.rows";

/** `from`: change the status only if this is the stored one. */
export type StatusChange = { id: string; status: string; at: number; from?: string };
type TokenOwner = Pick<BotRow, "id" | "team_id" | "claim_code" | "unclaimed_until">;

const ALIVE = `status <> '${DELETING}'`;
const FIND = `SELECT ${COLUMNS_TEXT} FROM bot WHERE id = $1 AND ${ALIVE}`;
/** Select only these columns: fetching columns is most of the cost. */
const FIND_BY_TOKEN = `SELECT id, owner_id AS team_id, claim_code, unclaimed_until FROM bot WHERE token_hash = $1 AND ${ALIVE}`;
const TOUCH = {
  sqlite:
    "UPDATE bot SET last_active = seen.at FROM (SELECT value->>'id' AS id, value->>'at' AS at FROM json_each($1)) AS seen WHERE bot.id = seen.id",
  postgresql:
    "UPDATE bot SET last_active = seen.at FROM json_to_recordset($1::json) AS seen(id text, at bigint) WHERE bot.id = seen.id",
};
/** The most heartbeats in one statement. */
const TOUCHED = 1000;

/** Puts changes of status into the outbox, in the transaction that stores them. */
async function noteStatuses(tx: Sql, changes: readonly StatusChange[]): Promise<void> {
  if (changes.length === 0) return;
  const queries = queriesIn(tx);
  const bots = await ownedBots(
    queries,
    changes.map(({ id }) => id),
  );
  const facts = changes.flatMap(({ id, status, at }) => {
    const bot = bots.get(id);
    if (!bot) return [];
    const data = { bot_id: id, name: bot.name, status, at: iso(at) };
    return { kind: "bot.status_changed" as const, bot_id: id, team_id: bot.team_id, subject: id, at, data };
  });
  await addFacts(queries, facts);
}

/** Registers the group commits. Call once per process. */
export function createHotStore() {
  const changeStatus = ingest.register<StatusChange, boolean>("bot.status", async (tx, jobs) => {
    const results: boolean[] = [];
    for (const { id, status, at, from } of jobs) {
      const changed = await tx.run(
        `UPDATE bot SET status = $2, status_since = $3, last_active = CASE WHEN $2 = 'offline' THEN last_active ELSE $3 END WHERE id = $1 AND status <> $2 AND status = COALESCE($4, status) AND ${ALIVE}`,
        [id, status, at, from ?? null],
      );
      if (changed > 0)
        await tx.run("INSERT INTO status_change (bot_id, status, at) VALUES ($1, $2, $3)", [id, status, at]);
      results.push(changed > 0);
    }
    if (wantsFact("bot.status_changed"))
      await noteStatuses(
        tx,
        jobs.filter((_, place) => results[place]),
      );
    return results;
  });

  const nextEpoch = ingest.register<string, number>("bot.epoch", async (tx, ids) => {
    const epochs: number[] = [];
    for (const id of ids) {
      const [row] = await tx.all<{ epoch: number }>("UPDATE bot SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch", [
        id,
      ]);
      epochs.push(row?.epoch ?? 0);
    }
    return epochs;
  });

  return {
    find: async (id: string): Promise<BotRow | undefined> => (await db().all<BotRow>(FIND, [id]))[0],

    findByTokenHash: async (hash: string): Promise<TokenOwner | undefined> =>
      (await db().all<TokenOwner>(FIND_BY_TOKEN, [hash]))[0],

    /**
     * Changes the status and records it in the history behind the uptime bar. Returns true when the status was
     * different before.
     */
    changeStatus: (change: StatusChange) => changeStatus(change),

    /** Returns the epoch of the bot's next instance. */
    nextEpoch: (id: string) => nextEpoch(id),

    /** Stores the times of the bots' last heartbeats (epoch ms by id). */
    async touch(seen: [string, number][]): Promise<void> {
      for (let from = 0; from < seen.length; from += TOUCHED) {
        const slice = JSON.stringify(seen.slice(from, from + TOUCHED).map(([id, at]) => ({ id, at })));
        await db().write(async (tx) => {
          await takeTurn(tx);
          await tx.run(TOUCH[tx.provider], [slice]);
        });
      }
    },
  };
}
