/** Lists of bots by keyset, and single bots by id or name. */

import { keyOf } from "@/lib/core/contract.tag-keys";
import { containsInAnyCase, inList, query, readPage, sql } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { VisibleBots } from "@/lib/identity/access";
import type { BotFilter } from "./contract";
import type { BotSort } from "./contract.constants";
import { botsOf } from "./joins";
import { type BotRow, COLUMNS } from "./store.rows";
import { type Facet, tagKeys } from "./tags/labels";
import { hasFacet, hasTag } from "./tags/store";

const key = sql<string | number>;
/** Sortable expressions. The id is added as the last sort key, so that a cursor names exactly one place. */
const SORTS = {
  created_at: { key: key`created_at`, direction: "asc" },
  name: { key: key`name_key`, direction: "asc" },
  status: { key: key`case when status = 'offline' then 1 else 0 end`, direction: "asc" },
  last_active: { key: key`coalesce(last_active, 0)`, direction: "desc" },
  pending: { key: key`pending_commands`, direction: "desc" },
  // As the console counts them: a command that a person cancelled is no failure of its bot.
  failures: { key: key`failed_commands - cancelled_commands`, direction: "desc" },
  errors: { key: key`error_logs`, direction: "desc" },
} as const satisfies Record<BotSort, unknown>;
type Listing = BotFilter & { ids?: string[]; visible?: VisibleBots };

/** The bots of a list over all its pages. */
const matching = ({ visible, ids, search, status, team_id, tag, platform, version, host }: Listing) =>
  botsOf({ visible, bot_ids: ids })
    .$if(team_id !== undefined, (bots) => bots.where("bot.owner_id", "=", team_id!))
    .$if(Boolean(search), (bots) =>
      bots.where((eb) =>
        eb.or((["bot.name", "bot.id"] as const).map((column) => containsInAnyCase(eb.ref(column), search!))),
      ),
    )
    .$if(status === "offline", (bots) => bots.where("bot.status", "=", "offline"))
    .$if(status === "online", (bots) => bots.where("bot.status", "<>", "offline"))
    .$if(tag !== undefined, (bots) => bots.where((eb) => eb.and(tagKeys(tag!).map((each) => hasTag("bot.id", each)))))
    .$if([platform, version, host].some(Boolean), (bots) =>
      bots.where((eb) =>
        eb.and(
          Object.entries({ platform, version, host }).flatMap(([kind, value]) =>
            value ? [hasFacet("bot.id", kind as Facet["kind"], keyOf(value))] : [],
          ),
        ),
      ),
    );

const findMany = (ids: readonly string[]): Promise<BotRow[]> =>
  botsOf({ bot_ids: ids }).select(COLUMNS).$castTo<BotRow>().execute();

export function createListStore() {
  return {
    /**
     * Reads a page: first its ids, then the rows of these, because sorting whole rows costs five times as much. The orders
     * by `pending`, `failures` and `errors` have no index and read every bot of the list, because each command, or each
     * line of level error, would have to change it.
     */
    async page({
      sort,
      after,
      limit,
      ...listing
    }: Listing & { sort?: BotSort; after?: Cursor; limit: number }): Promise<Page<BotRow>> {
      const { key, direction } = SORTS[sort ?? "created_at"];
      const places = query()
        .selectFrom(matching(listing).select("bot.id").select(key.as("sort_key")).as("bot"))
        .selectAll()
        .$castTo<{ id: string; sort_key: string | number }>();
      const found = await readPage(places, { by: ["sort_key", "id"], direction }, { after, limit });
      const bots = new Map((await findMany(found.rows.map(({ row }) => row.id))).map((bot) => [bot.id, bot]));
      // A bot that was deleted between the two reads is left out.
      const rows = found.rows.flatMap(({ row, cursor }) => {
        const bot = bots.get(row.id);
        return bot ? [{ row: bot, cursor }] : [];
      });
      return { rows, next: found.next };
    },

    async count(listing: Listing): Promise<number> {
      const { bots } = await matching(listing)
        .select((eb) => eb.fn.countAll<number>().as("bots"))
        .executeTakeFirstOrThrow();
      return bots;
    },

    findMany,

    /** How many bots the personal team of each of these people owns, by the person's id. */
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
