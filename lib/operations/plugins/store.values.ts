/** The values that plugins store. */

import { lockName, query, transaction } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";

const VALUES_MAX = 256;
const VALUE_BYTES = 16_384;
const TOTAL_BYTES = 1_048_576;

export function createPluginValueStore() {
  return {
    async get(plugin: string, key: string): Promise<unknown> {
      const row = await query()
        .selectFrom("plugin_value")
        .select("value")
        .where("plugin", "=", plugin)
        .where("key", "=", key)
        .executeTakeFirst();
      return row ? readJson(row.value) : null;
    },
    /** @throws INVALID_INPUT the value is too large, or the plugin's storage is full */
    async set(plugin: string, key: string, value: unknown): Promise<void> {
      const text = JSON.stringify(value);
      if (text.length > VALUE_BYTES)
        throw new AppError("INVALID_INPUT", `A value may have ${VALUE_BYTES} bytes of JSON; this has ${text.length}`);
      await transaction(async (trx) => {
        // Without the lock, values that a plugin sets at once would each miss the others.
        await lockName(trx, `plugin_value:${plugin}`);
        const others = await trx
          .selectFrom("plugin_value")
          .select((eb) => [
            eb.fn.countAll<number>().as("count"),
            eb.fn.coalesce(eb.fn.sum<number>(eb.fn("length", ["value"])), eb.lit(0)).as("size"),
          ])
          .where("plugin", "=", plugin)
          .where("key", "<>", key)
          .executeTakeFirstOrThrow();
        if (others.count >= VALUES_MAX || others.size + text.length > TOTAL_BYTES)
          throw new AppError(
            "INVALID_INPUT",
            `A plugin may keep ${VALUES_MAX} values of ${TOTAL_BYTES} bytes together: delete some first`,
          );
        const stored = { value: text, updated_at: Date.now() };
        await trx
          .insertInto("plugin_value")
          .values({ plugin, key, ...stored })
          .onConflict((known) => known.columns(["plugin", "key"]).doUpdateSet(stored))
          .execute();
      });
    },
    async delete(plugin: string, key: string): Promise<void> {
      await query().deleteFrom("plugin_value").where("plugin", "=", plugin).where("key", "=", key).execute();
    },
    async keys(plugin: string): Promise<string[]> {
      const values = query().selectFrom("plugin_value").select("key").where("plugin", "=", plugin);
      return (await values.orderBy("key").execute()).map(({ key }) => key);
    },
  };
}
