/** Stores to which team a bot went, and which bots' rows still name the previous team. */
import { type Queries, query, transaction } from "@/lib/core/db";
import { hasPlace } from "@/lib/fleet/bots/joins";
import { lockBot } from "@/lib/fleet/bots/store.shared";

/** Changes another room's rows in the transaction of a move. @returns what to do after the commit */
export type OnMove = (trx: Queries, botId: string, from: number, to: number) => Promise<() => Promise<void>>;
type Moved = "no-bot" | "elsewhere" | "full" | (() => Promise<void>)[];
type Move = { id: string; from: number; to: number; at: number; most: number };

export function createTransferStore() {
  const listeners: OnMove[] = [];

  return {
    onMove: (listener: OnMove): void => void listeners.push(listener),

    /**
     * Gives a bot to another team. @param most the most bots that the team may own
     *
     * @returns what other rooms do after the commit, or why the bot stays @throws AppError NOT_FOUND the team was deleted
     */
    move: ({ id, from, to, at, most }: Move): Promise<Moved> =>
      transaction(async (trx) => {
        const isFree = await hasPlace(trx, to, most);
        const bot = await lockBot(trx, id);
        if (!bot) return "no-bot";
        if (bot.owner_id !== from) return "elsewhere";
        if (!isFree) return "full";
        await trx.updateTable("bot").set({ owner_id: to }).where("id", "=", id).execute();
        await trx
          .insertInto("bot_move")
          .values({ bot_id: id, at })
          .onConflict((known) => known.column("bot_id").doUpdateSet({ at }))
          .execute();
        const after: (() => Promise<void>)[] = [];
        for (const listener of listeners) after.push(await listener(trx, id, from, to));
        return after;
      }),

    /** Bots whose rows still have to be given to their team, with the time of the move. */
    moving: (): Promise<{ bot_id: string; at: number }[]> =>
      query().selectFrom("bot_move").select(["bot_id", "at"]).orderBy("at").execute(),

    /** Notes that all rows of a bot name its team. A later move stays noted. */
    moved: async (botId: string, at: number): Promise<void> =>
      void (await query().deleteFrom("bot_move").where("bot_id", "=", botId).where("at", "=", at).execute()),
  };
}
