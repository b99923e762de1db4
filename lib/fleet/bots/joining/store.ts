/** Stores new bots, and bots that wait for an owner. */
import { type Queries, query, transaction } from "@/lib/core/db";
import type { Bot } from "@/lib/fleet/bots/contract";
import { botsOf, countBots, hasPlace } from "@/lib/fleet/bots/joins";
import { type BotRow, COLUMNS, DELETING } from "@/lib/fleet/bots/store.rows";
import { nameKeyOf } from "@/lib/fleet/bots/tags/labels";
import { writeFacets } from "@/lib/fleet/bots/tags/store";

export type NewBot = Pick<
  BotRow,
  | "id"
  | "team_id"
  | "name"
  | "status"
  | "origin"
  | "metadata"
  | "token_hash"
  | "token_cipher"
  | "created_at"
  | "unclaimed_until"
  | "claim_code"
  | "joined_from"
>;
/** Gives another room's rows of an adopted bot to its owner, in the transaction of the adoption. */
type AdoptRows = (trx: Queries, botId: string, teamId: number) => Promise<void>;

/** The most waiting bots that a list shows. */
const SHOWN_MAX = 1000;

const waiting = () => botsOf().select(COLUMNS).$castTo<BotRow>().where("claim_code", "is not", null);

/**
 * Stores a new bot.
 *
 * @param max the most bots that its team may own
 * @returns "taken" when the id is, "full" when the team owns that many
 * @throws AppError NOT_FOUND the team was deleted
 */
const insert = (bot: NewBot, max?: number): Promise<"added" | "taken" | "full"> =>
  transaction(async (trx) => {
    const { team_id, ...columns } = bot;
    const { id, status, created_at } = columns;
    if (team_id !== null && max !== undefined && !(await hasPlace(trx, team_id, max))) return "full";
    const inserted = await trx
      .insertInto("bot")
      .values({
        ...columns,
        owner_id: team_id,
        name_key: nameKeyOf(columns.name),
        status_since: created_at,
        last_active: status === "offline" ? null : created_at,
      })
      .onConflict((known) => known.column("id").doNothing())
      .returning("id")
      .execute();
    if (inserted.length === 0) return "taken";
    await trx.insertInto("status_change").values({ bot_id: id, status, at: created_at }).execute();
    await writeFacets(trx, id, columns.metadata);
    return "added";
  });

export function createJoiningStore() {
  const adopters: AdoptRows[] = [];

  return {
    /** Registers a function that gives another room's rows of an adopted bot to its owner. */
    onAdopt: (adopt: AdoptRows) => void adopters.push(adopt),

    insert,
    countOwned: (teamId: number): Promise<number> => countBots(query(), teamId),

    /** Counts the bots of an origin that have no owner. */
    async countUnclaimed(origin: Bot["origin"] = "registered"): Promise<number> {
      const { bots } = await botsOf()
        .select((eb) => eb.fn.countAll<number>().as("bots"))
        .where("owner_id", "is", null)
        .where("origin", "=", origin)
        .executeTakeFirstOrThrow();
      return bots;
    },

    /** Bots that wait to be adopted, the newest first. */
    unclaimed: (): Promise<BotRow[]> =>
      waiting().orderBy("created_at", "desc").orderBy("id").limit(SHOWN_MAX).execute(),

    findByClaimCode: (code: string): Promise<BotRow | undefined> =>
      waiting().where("claim_code", "=", code).executeTakeFirst(),

    /** Bots registered through document 004's open mode, the oldest first. */
    openBots: (): Promise<BotRow[]> =>
      botsOf()
        .select(COLUMNS)
        .$castTo<BotRow>()
        .where("origin", "=", "open")
        .orderBy("created_at")
        .orderBy("id")
        .execute(),

    /**
     * Gives a waiting bot and its data to a team.
     *
     * @param max the most bots that the team may own
     * @returns "gone" when somebody else adopted the bot first
     */
    adopt: (id: string, teamId: number, max: number): Promise<"adopted" | "gone" | "full"> =>
      transaction(async (trx) => {
        if (!(await hasPlace(trx, teamId, max))) return "full";
        const adopted = await trx
          .updateTable("bot")
          .set({ owner_id: teamId, claim_code: null, unclaimed_until: null })
          .where("id", "=", id)
          .where("claim_code", "is not", null)
          .where("status", "<>", DELETING)
          .returning("id")
          .execute();
        if (adopted.length === 0) return "gone";
        for (const adopt of adopters) await adopt(trx, id, teamId);
        return "adopted";
      }),

    /** Ids of the bots that nobody adopted before `at` (epoch ms). */
    async expired(at: number): Promise<string[]> {
      const bots = await botsOf().select("id").where("unclaimed_until", "<", at).execute();
      return bots.map(({ id }) => id);
    },
  };
}
