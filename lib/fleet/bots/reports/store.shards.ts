/** Parts of bots that run as several programs. Their sum (online shards and total) is stored in the bot's row. */
import { inList, lockRows, type Queries, query, type Row, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { HELD_MAX, heldBy, overlap, type Part, type Parts, partName } from "@/lib/fleet/bots/contract.shards";

type PartRow = Pick<Row<"bot_part">, "part" | "shards" | "total" | "status">;
/** The sum of a bot's parts. `isNew`: this write changed the sum. */
type Sum = Parts & { isNew: boolean };

/** The most parts of one bot: each costs a row, and a bot with more is a mistake in its program. */
export const PARTS_MAX = 512;

const partsOf = (queries: Queries, botId: string): Promise<PartRow[]> =>
  queries
    .selectFrom("bot_part")
    .select(["part", "shards", "total", "status"])
    .where("bot_id", "=", botId)
    .orderBy("part")
    .execute();
const read = ({ shards, total }: PartRow): Part => ({ shards: readJson(shards), of: total });

/** Counts the shards that are online among the parts of `total`, and writes the sum to the bot's row. */
async function addUp(trx: Queries, botId: string, total: number): Promise<Sum> {
  const online = new Set<number>();
  for (const row of await partsOf(trx, botId))
    if (row.total === total && row.status === "online") for (const shard of read(row).shards) online.add(shard);
  const changed = await trx
    .updateTable("bot")
    .set({ parts_online: online.size, parts_of: total })
    .where("id", "=", botId)
    .where((eb) =>
      eb.or([eb("parts_online", "is", null), eb("parts_online", "<>", online.size), eb("parts_of", "<>", total)]),
    )
    .returning("id")
    .execute();
  return { online: online.size, of: total, isNew: changed.length > 0 };
}

/** Stores a part's report. A report without a status only says that the part's program is running. */
async function writePart(trx: Queries, botId: string, part: Part, status: string | undefined, at: number) {
  await trx
    .insertInto("bot_part")
    .values({
      ...{ bot_id: botId, part: partName(part), shards: JSON.stringify(part.shards), total: part.of },
      ...{ status: status ?? "online", seen_at: at },
    })
    .onConflict((known) =>
      known.columns(["bot_id", "part"]).doUpdateSet((eb) => ({
        seen_at: at,
        status:
          status ?? eb.case("bot_part.status").when("offline").then("online").else(eb.ref("bot_part.status")).end(),
      })),
    )
    .execute();
}

export function createPartStore() {
  return {
    /**
     * Stores a part's report; without a status it only says that the part's program is running. Deletes offline parts
     * whose shards overlap with this one.
     *
     * @returns the sum; undefined when the bot already has PARTS_MAX other parts, or they would hold more than HELD_MAX
     *   shards together with this one
     */
    put: (botId: string, part: Part, status: string | undefined, at: number): Promise<Sum | undefined> =>
      transaction(async (trx) => {
        // Allow one writer at a time per bot: the sum is computed from rows that other writers may be changing.
        await lockRows(trx.selectFrom("bot").select("id").where("id", "=", botId)).execute();
        const replaced: string[] = [];
        const kept = [part];
        for (const row of await partsOf(trx, botId)) {
          if (row.part === partName(part)) continue;
          const other = read(row);
          if (row.status === "offline" && overlap(other, part)) replaced.push(row.part);
          else kept.push(other);
        }
        // Limit the parts, because every report reads all of them.
        if (kept.length > PARTS_MAX || heldBy(kept) > HELD_MAX) return undefined;
        if (replaced.length > 0)
          await trx.deleteFrom("bot_part").where("bot_id", "=", botId).where("part", "in", inList(replaced)).execute();
        await writePart(trx, botId, part, status, at);
        return addUp(trx, botId, part.of);
      }),

    /** Records heartbeats of parts. */
    touch: (beats: { bot_id: string; part: Part }[], at: number): Promise<void> =>
      transaction(async (trx) => {
        for (const { bot_id, part } of beats) {
          const beaten = trx.updateTable("bot_part").set({ seen_at: at }).where("bot_id", "=", bot_id);
          await beaten.where("part", "=", partName(part)).execute();
        }
      }),

    /** Marks parts offline that sent nothing since `cutoff` (epoch ms). */
    endSilent: (cutoff: number): Promise<{ bot_id: string; sum: Sum }[]> =>
      transaction(async (trx) => {
        const silent = await trx
          .updateTable("bot_part")
          .set({ status: "offline" })
          .where("seen_at", "<", cutoff)
          .where("status", "<>", "offline")
          .returning(["bot_id", "total"])
          .execute();
        const totals = new Map(silent.map(({ bot_id, total }) => [bot_id, total]));
        const sums: { bot_id: string; sum: Sum }[] = [];
        for (const [bot_id, total] of totals) sums.push({ bot_id, sum: await addUp(trx, bot_id, total) });
        return sums;
      }),

    /** The last report of each part. */
    async list(botId: string): Promise<(Part & { status: string })[]> {
      return (await partsOf(query(), botId)).map((row) => ({ ...read(row), status: row.status }));
    },
  };
}
export type PartStore = ReturnType<typeof createPartStore>;
