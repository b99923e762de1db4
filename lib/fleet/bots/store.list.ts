/** Lists of bots by keyset, and single bots by id or name. */
import { contains, inList, query, readPage, sql } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { BotListQuery } from "./contract";
import type { BotSort } from "./contract.constants";
import { botsOf } from "./joins";
import { type BotRow, COLUMNS } from "./store.rows";

const key = sql<string | number>;
/** Sortable expressions. The id is added as the last sort key, so that a cursor names exactly one place. */
const SORTS = {
  created_at: { key: key`created_at`, direction: "asc" },
  name: { key: key`lower(name)`, direction: "asc" },
  status: { key: key`case when status = 'offline' then 1 else 0 end`, direction: "asc" },
  last_active: { key: key`coalesce(last_active, 0)`, direction: "desc" },
  pending: { key: key`pending_commands`, direction: "desc" },
} as const satisfies Record<BotSort, unknown>;
type Listing = Pick<BotListQuery, "search" | "ids" | "status"> & { owner_id?: number };

/** The bots of a list over all its pages. */
const matching = ({ owner_id, ids, search, status }: Listing) =>
  botsOf({ owner_id, bot_ids: ids })
    .$if(Boolean(search), (bots) =>
      bots.where((eb) =>
        eb.or(
          (["bot.name", "bot.id"] as const).map((column) =>
            contains(eb.fn<string>("lower", [column]), search!.toLowerCase()),
          ),
        ),
      ),
    )
    .$if(status === "offline", (bots) => bots.where("bot.status", "=", "offline"))
    .$if(status === "online", (bots) => bots.where("bot.status", "<>", "offline"));

export function createListStore() {
  return {
    page({
      sort,
      after,
      limit,
      ...listing
    }: Listing & { sort?: BotSort; after?: Cursor; limit: number }): Promise<Page<BotRow>> {
      const { key, direction } = SORTS[sort ?? "created_at"];
      const bots = query()
        .selectFrom(matching(listing).select(COLUMNS).select(key.as("sort_key")).as("bot"))
        .selectAll()
        .$castTo<BotRow & { sort_key: string | number }>();
      return readPage(bots, { by: ["sort_key", "id"], direction }, { after, limit });
    },

    async count(listing: Listing): Promise<number> {
      const { bots } = await matching(listing)
        .select((eb) => eb.fn.countAll<number>().as("bots"))
        .executeTakeFirstOrThrow();
      return bots;
    },

    findMany: (ids: readonly string[]): Promise<BotRow[]> =>
      botsOf({ bot_ids: ids }).select(COLUMNS).$castTo<BotRow>().execute(),

    /** How many bots each of these owners has, by the owner's id. */
    async countByOwner(owners: readonly number[]): Promise<Map<number, number>> {
      const counts = await botsOf()
        .select((eb) => ["owner_id", eb.fn.countAll<number>().as("bots")])
        .where("owner_id", "in", inList(owners))
        .groupBy("owner_id")
        .$narrowType<{ owner_id: number }>()
        .execute();
      return new Map(counts.map(({ owner_id, bots }) => [owner_id, bots]));
    },
  };
}
