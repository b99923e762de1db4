/**
 * Synced data of a sharded bot: each part's own data, and the merged data of all parts, which is shown as the bot's
 * data.
 */

import { inList, type Queries, transaction } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { lockBot } from "@/lib/fleet/bots";
import { overlap, type Part, parsePart, partName } from "@/lib/fleet/bots/contract.shards";
import { putData, type Synced } from "./store.data";

type Data = { groups?: unknown[]; friends?: unknown[]; metadata?: Record<string, unknown> };

/** The most bytes of all parts together, as text. The body limit applies to each part alone. */
const SUM_BYTES = 16_777_216;

/**
 * Merges the data of all parts: lists are joined, with one entry per id, and metadata is merged by key. The later part
 * wins.
 */
function mergeParts(copies: readonly Data[]): Data {
  const list = (name: "groups" | "friends") => {
    if (!copies.some((part) => part[name])) return {};
    const byId = new Map<unknown, unknown>();
    for (const entry of copies.flatMap((part) => part[name] ?? [])) {
      const id = (entry as { id?: unknown } | null)?.id;
      byId.set(id === undefined ? Symbol() : String(id), entry);
    }
    return { [name]: [...byId.values()] };
  };
  const metadata = copies.some((part) => part.metadata)
    ? { metadata: Object.fromEntries(copies.flatMap((part) => Object.entries(part.metadata ?? {}))) }
    : {};
  return { ...list("groups"), ...list("friends"), ...metadata };
}

/** Removes the data of parts of an earlier sharding, so that it is not merged with the data that replaced it. */
async function dropEarlier(trx: Queries, botId: string, part: Part, name: string): Promise<void> {
  const rows = await trx
    .selectFrom("bot_part_data")
    .select("part")
    .where("bot_id", "=", botId)
    .where("part", "<>", name)
    .execute();
  const earlier = rows.map((row) => row.part).filter((other) => overlap(parsePart(other) ?? null, part));
  if (earlier.length > 0)
    await trx.deleteFrom("bot_part_data").where("bot_id", "=", botId).where("part", "in", inList(earlier)).execute();
}

export function createPartDataStore() {
  return {
    /**
     * Replaces the sent fields in this part's data. Removes parts with another total, or with a shard of this part,
     * because they belong to an earlier sharding.
     *
     * @returns the merged data of all parts; null when the bot is gone
     * @throws AppError PAYLOAD_TOO_LARGE the parts together exceed SUM_BYTES; nothing was stored
     */
    sync: (botId: string, part: Part, at: number, change: Data): Promise<Synced | null> =>
      transaction(async (trx) => {
        const bot = await lockBot(trx, botId);
        if (!bot) return null;
        const name = partName(part);
        await dropEarlier(trx, botId, part, name);
        const rows = await trx
          .selectFrom("bot_part_data")
          .select(["part", "data"])
          .where("bot_id", "=", botId)
          .orderBy("part")
          .execute();
        const byPart = new Map(rows.map((row) => [row.part, readJson<Data>(row.data)]));
        byPart.set(name, { ...byPart.get(name), ...change });
        const data = mergeParts([...byPart.values()]);
        const own = JSON.stringify(byPart.get(name));
        // Add up the stored copies, not the merged data: an entry that several parts sent is merged into one, but
        // stored and read for each of them.
        const stored = rows.reduce((sum, row) => sum + (row.part === name ? 0 : Buffer.byteLength(row.data)), 0);
        if (stored + Buffer.byteLength(own) > SUM_BYTES)
          throw new AppError("PAYLOAD_TOO_LARGE", `The parts of a bot may sync ${SUM_BYTES} bytes together`);
        await trx
          .insertInto("bot_part_data")
          .values({ bot_id: botId, part: name, total: part.of, data: own })
          .onConflict((known) => known.columns(["bot_id", "part"]).doUpdateSet({ data: own }))
          .execute();
        await putData(trx, botId, data, at);
        return { team_id: bot.owner_id, data };
      }),
  };
}
export type PartDataStore = ReturnType<typeof createPartDataStore>;
