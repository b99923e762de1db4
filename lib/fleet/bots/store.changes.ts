/** Changes that people make to a bot: its fields, its token, its settings. */
import { changedColumns, query, transaction } from "@/lib/core/db";
import type { BotChange } from "./contract";
import { CHANGES } from "./store.rows";
import { writeFacets } from "./tags/store";

export function createChangeStore() {
  return {
    /**
     * Changes the given fields. Values equal to the stored ones keep the version, because a bot registers again at each
     * of its starts.
     *
     * @returns the new version; undefined when the bot is gone, or no longer at version `expected`
     */
    async update(id: string, change: BotChange, expected?: number): Promise<number | undefined> {
      const columns = changedColumns(CHANGES, change);
      return transaction(async (trx) => {
        const bot = await trx
          .updateTable("bot")
          .set((eb) => {
            const isSame = eb.and(
              Object.entries(columns).map(([column, value]) =>
                eb(column as keyof typeof columns, "is not distinct from", value as never),
              ),
            );
            const raised = eb.case().when(isSame).then(eb.lit(0)).else(eb.lit(1)).end();
            return { ...columns, version: eb("version", "+", raised) };
          })
          .where("id", "=", id)
          .$if(expected !== undefined, (bots) => bots.where("version", "=", expected!))
          .returning("version")
          .executeTakeFirst();
        if (bot && columns.metadata !== undefined) await writeFacets(trx, id, columns.metadata);
        return bot?.version;
      });
    },

    async setToken(id: string, hash: string, cipher: string): Promise<void> {
      const bot = query().updateTable("bot").set({ token_hash: hash, token_cipher: cipher });
      await bot.where("id", "=", id).execute();
    },

    /** @returns the new version; undefined when the bot is gone, or its settings are no longer at version `expected` */
    async putSettings(id: string, settings: string, expected?: number): Promise<number | undefined> {
      const bot = await query()
        .updateTable("bot")
        .set((eb) => ({ settings, settings_version: eb("settings_version", "+", 1) }))
        .where("id", "=", id)
        .$if(expected !== undefined, (bots) => bots.where("settings_version", "=", expected!))
        .returning("settings_version")
        .executeTakeFirst();
      return bot?.settings_version;
    },
  };
}
