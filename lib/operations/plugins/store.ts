/** The tables of plugins: their state, what they remember and their log. */

import { iso } from "@/lib/core/clock";
import { insertRows, query, type Row, transaction } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { PluginLogLine } from "./contract";
import type { NewLine } from "./log";

/** Lines kept of each plugin. */
export const LINES_KEPT = 1_000;
const VALUES_MAX = 256;
const VALUE_BYTES = 16_384;
const TOTAL_BYTES = 1_048_576;

export type PluginRow = {
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  settings_version: number;
  disabled_reason: string | null;
  changed_by: number | null;
  changed_at: string;
};
type Change = Partial<Pick<PluginRow, "enabled" | "disabled_reason">> & { changed_by: number | null };

const read = ({ enabled, settings, changed_at, ...row }: Row<"plugin">): PluginRow => ({
  ...row,
  enabled: enabled === 1,
  settings: readJson(settings),
  changed_at: iso(changed_at),
});

export function createPluginStore() {
  return {
    async all(): Promise<PluginRow[]> {
      return (await query().selectFrom("plugin").selectAll().execute()).map(read);
    },
    async find(name: string): Promise<PluginRow | null> {
      const row = await query().selectFrom("plugin").selectAll().where("name", "=", name).executeTakeFirst();
      return row ? read(row) : null;
    },
    async save(name: string, { enabled, disabled_reason, changed_by }: Change): Promise<void> {
      const change = {
        ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
        ...(disabled_reason !== undefined && { disabled_reason }),
        changed_by,
        changed_at: Date.now(),
      };
      await query()
        .insertInto("plugin")
        .values({ name, ...change })
        .onConflict((known) => known.column("name").doUpdateSet(change))
        .execute();
    },
    /** @returns false when the settings are no longer at version `expected` */
    saveSettings: (name: string, settings: object, changedBy: number, expected: number): Promise<boolean> =>
      transaction(async (trx) => {
        const change = { changed_by: changedBy, changed_at: Date.now() };
        await trx
          .insertInto("plugin")
          .values({ name, ...change })
          .onConflict((known) => known.column("name").doNothing())
          .execute();
        const { numUpdatedRows } = await trx
          .updateTable("plugin")
          .set((eb) => ({
            ...{ ...change, settings: JSON.stringify(settings) },
            settings_version: eb("settings_version", "+", 1),
          }))
          .where("name", "=", name)
          .where("settings_version", "=", expected)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),

    addLines: (lines: NewLine[]): Promise<void> =>
      transaction(async (trx) => {
        await insertRows(trx, "plugin_log", lines);
        for (const plugin of new Set(lines.map((line) => line.plugin)))
          await trx
            .deleteFrom("plugin_log")
            .where("plugin", "=", plugin)
            .where("seq", "<=", (eb) =>
              eb
                .selectFrom("plugin_log")
                .select("seq")
                .where("plugin", "=", plugin)
                .orderBy("seq", "desc")
                .limit(1)
                .offset(LINES_KEPT),
            )
            .execute();
      }),
    /** Newest first, before `cursor`. */
    async lines(plugin: string, limit: number, cursor: number | undefined): Promise<PluginLogLine[]> {
      const rows = await query()
        .selectFrom("plugin_log")
        .select(["seq", "level", "message", "at"])
        .where("plugin", "=", plugin)
        .$if(cursor !== undefined, (lines) => lines.where("seq", "<", cursor!))
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ seq, level, message, at }) => ({
        ...{ id: seq, level: level as PluginLogLine["level"], message, timestamp: iso(at) },
      }));
    },

    values: {
      async get(plugin: string, key: string): Promise<unknown> {
        const row = await query()
          .selectFrom("plugin_value")
          .select("value")
          .where("plugin", "=", plugin)
          .where("key", "=", key)
          .executeTakeFirst();
        return row ? readJson(row.value) : null;
      },
      /** @throws INVALID_INPUT the value is too large, or the plugin remembers too much already */
      async set(plugin: string, key: string, value: unknown): Promise<void> {
        const text = JSON.stringify(value);
        if (text.length > VALUE_BYTES)
          throw new AppError("INVALID_INPUT", `A value may have ${VALUE_BYTES} bytes of JSON; this has ${text.length}`);
        await transaction(async (trx) => {
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
    },
  };
}
export type PluginStore = ReturnType<typeof createPluginStore>;
