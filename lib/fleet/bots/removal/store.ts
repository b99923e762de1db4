/** The two steps of a deletion. Between them the other rooms remove their data of the bot. */
import { transaction } from "@/lib/core/db";
import { botsOf, deletingBots, hiddenBots } from "@/lib/fleet/bots/joins";
import { DELETING } from "@/lib/fleet/bots/store.rows";

export function createRemovalStore() {
  return {
    async ownedBy(teamId: number): Promise<string[]> {
      const bots = await botsOf().select("id").where("bot.owner_id", "=", teamId).execute();
      return bots.map(({ id }) => id);
    },

    /** Ids of the bots whose rows a list over several bots leaves out. */
    async hidden(): Promise<string[]> {
      const bots = await hiddenBots().execute();
      return bots.map(({ id }) => id);
    },

    /** Ids of the bots whose deletion has begun. */
    async deleting(): Promise<string[]> {
      const bots = await deletingBots().execute();
      return bots.map(({ id }) => id);
    },

    /** First step: hides the bot from everyone and makes its token invalid. */
    async markDeleting(id: string): Promise<void> {
      const nobodys = { owner_id: null, unclaimed_until: null, claim_code: null };
      await transaction(async (trx) => {
        await trx
          .updateTable("bot")
          .set({ status: DELETING, ...nobodys, token_hash: `deleted:${id}`, token_cipher: "" })
          .where("id", "=", id)
          .execute();
        await trx.deleteFrom("bot_tag").where("bot_id", "=", id).execute();
      });
    },

    /** Last step: deletes the bot's row. */
    erase: (id: string): Promise<void> =>
      transaction(async (trx) => {
        await trx.deleteFrom("status_change").where("bot_id", "=", id).execute();
        await trx.deleteFrom("bot_part").where("bot_id", "=", id).execute();
        await trx.deleteFrom("bot_move").where("bot_id", "=", id).execute();
        await trx.deleteFrom("bot_facet").where("bot_id", "=", id).execute();
        await trx.deleteFrom("bot").where("id", "=", id).execute();
      }),
  };
}
