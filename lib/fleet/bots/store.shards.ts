/** Parts of bots that run as several programs, and their sum in the bot's row. */
import { db, listed, type Sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { HELD_MAX, heldBy, overlap, type Part, type Parts, partName } from "./contract.shards";

type PartRow = { part: string; shards: string; total: number; status: string };
/** The sum, and whether this write changed it. */
type Sum = Parts & { isNew: boolean };

/** Most parts of one bot: more are a mistake of its program, and each costs a row. */
export const PARTS_MAX = 512;

const rowsOf = (tx: Sql, botId: string) =>
  tx.all<PartRow>("SELECT part, shards, total, status FROM bot_part WHERE bot_id = $1 ORDER BY part", [botId]);
const read = ({ shards, total }: PartRow): Part => ({ shards: readJson(shards), of: total });

/** Counts the shards that are online among the parts of `total`, and writes the sum to the bot's row. */
async function addUp(tx: Sql, botId: string, total: number): Promise<Sum> {
  const online = new Set<number>();
  for (const row of await rowsOf(tx, botId))
    if (row.total === total && row.status === "online") for (const shard of read(row).shards) online.add(shard);
  const changed = await tx.run(
    "UPDATE bot SET parts_online = $2, parts_of = $3 WHERE id = $1 AND (parts_online IS NULL OR parts_online <> $2 OR parts_of <> $3)",
    [botId, online.size, total],
  );
  return { online: online.size, of: total, isNew: changed > 0 };
}

export function createPartStore() {
  return {
    /**
     * Writes down what a part reported; without a word, that its program is there. Offline parts that this one replaces go.
     *
     * @returns the sum; undefined when the bot has PARTS_MAX others, or they hold HELD_MAX shards with this one
     */
    put: (botId: string, part: Part, status: string | undefined, at: number): Promise<Sum | undefined> =>
      db().write(async (tx) => {
        const name = partName(part);
        // One writer at a time per bot: the sum is made of rows that others may be writing.
        if (tx.provider === "postgresql") await tx.all("SELECT id FROM bot WHERE id = $1 FOR UPDATE", [botId]);
        const others = (await rowsOf(tx, botId)).filter((row) => row.part !== name);
        const replaced: string[] = [];
        const kept = [part];
        for (const row of others) {
          const other = read(row);
          if (row.status === "offline" && overlap(other, part)) replaced.push(row.part);
          else kept.push(other);
        }
        // Every report reads them all.
        if (kept.length > PARTS_MAX || heldBy(kept) > HELD_MAX) return undefined;
        if (replaced.length > 0)
          await tx.run(`DELETE FROM bot_part WHERE bot_id = $1 AND part IN (${listed(tx, 2)})`, [
            botId,
            JSON.stringify(replaced),
          ]);
        await tx.run(
          `INSERT INTO bot_part (bot_id, part, shards, total, status, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (bot_id, part) DO UPDATE SET seen_at = excluded.seen_at,
             status = ${status === undefined ? "CASE WHEN bot_part.status = 'offline' THEN 'online' ELSE bot_part.status END" : "excluded.status"}`,
          [botId, name, JSON.stringify(part.shards), part.of, status ?? "online", at],
        );
        return addUp(tx, botId, part.of);
      }),

    /** Marks heartbeats of parts. */
    async touch(beats: { bot_id: string; part: Part }[], at: number): Promise<void> {
      await db().write(async (tx) => {
        for (const { bot_id, part } of beats)
          await tx.run("UPDATE bot_part SET seen_at = $3 WHERE bot_id = $1 AND part = $2", [
            bot_id,
            partName(part),
            at,
          ]);
      });
    },

    /** Marks parts offline that sent nothing since `cutoff`. */
    endSilent: (cutoff: number): Promise<{ bot_id: string; sum: Sum }[]> =>
      db().write(async (tx) => {
        const silent = await tx.all<{ bot_id: string; total: number }>(
          "UPDATE bot_part SET status = 'offline' WHERE seen_at < $1 AND status <> 'offline' RETURNING bot_id, total",
          [cutoff],
        );
        const totals = new Map(silent.map(({ bot_id, total }) => [bot_id, total]));
        const sums: { bot_id: string; sum: Sum }[] = [];
        for (const [bot_id, total] of totals) sums.push({ bot_id, sum: await addUp(tx, bot_id, total) });
        return sums;
      }),

    /** The last report of each part. */
    async list(botId: string): Promise<(Part & { status: string })[]> {
      return (await rowsOf(db(), botId)).map((row) => ({ ...read(row), status: row.status }));
    },
  };
}
export type PartStore = ReturnType<typeof createPartStore>;
